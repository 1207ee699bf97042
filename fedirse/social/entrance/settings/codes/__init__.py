"""Setting the codes of a program up."""
