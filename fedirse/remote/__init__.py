"""The only outgoing HTTP: every request to another server leaves here, guarded and within the table of limits."""
