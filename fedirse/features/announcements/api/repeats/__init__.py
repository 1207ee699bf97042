"""A request that is sent again because its answer was lost does nothing a second time."""
