"""The audit log: what those who run and moderate the site did, to read, to check and to take along."""
