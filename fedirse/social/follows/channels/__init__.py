"""Partner channels, as far as whoever handles follows has to know of them."""
