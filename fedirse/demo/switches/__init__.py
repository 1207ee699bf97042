"""A page of the demo itself, on which each process is stopped and started again: what a site that is away looks like to the others."""
