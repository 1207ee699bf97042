"""Publishing as rows, and delivering the rows."""
