"""Words of people as search compares them."""
