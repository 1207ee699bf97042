"""Files that are added to what is being written."""
