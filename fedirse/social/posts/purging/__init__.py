"""What others wrote for the members of a network is erased when this site is no member of it any more."""
