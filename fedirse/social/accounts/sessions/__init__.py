"""Who is signed in where: one row for each browser, which ends when the row does."""
