"""An announcement as it will look at two sites of other colours, before it is published."""
