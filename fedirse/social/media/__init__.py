"""Files that people upload: checked, re-encoded, stored under names nobody can guess, shown to whoever may see what they belong to."""
