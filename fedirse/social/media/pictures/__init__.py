"""Starting the program that makes pictures."""
