"""A site whose people ask for their data."""

from tests.visitors import made_site, shop

__all__ = ["made_site", "shop"]
