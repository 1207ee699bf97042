"""Which sites something can be for: the network and its segments, as this site knows them."""
