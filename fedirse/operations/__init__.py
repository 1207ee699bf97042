"""The care of whole sites from the command line: backup, restore, update, doctor."""
