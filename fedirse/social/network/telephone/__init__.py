"""The telephone number of a site, which it gives to its head office alone, so that it can be called."""
