"""fedirse: a federated social network whose sites each keep their own data, domain and brand."""

__version__ = "0.1.0"
