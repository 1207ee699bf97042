"""Which definitions the head office gives to which member, told and when asked."""
