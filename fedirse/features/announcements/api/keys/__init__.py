"""Keys that let a program act in the name of somebody who speaks for the head office."""
