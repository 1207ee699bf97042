"""An export of a whole site: what its people published for more than those they named, as it may be kept when it leaves a network."""
