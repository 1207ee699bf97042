"""The demo: a small retail network on one machine, made, filled and checked with what the product itself offers."""
