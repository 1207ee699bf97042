"""Everything a person can see of themselves, in one file to take along."""
