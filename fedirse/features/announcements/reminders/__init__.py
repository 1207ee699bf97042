"""Asking once more those who have not confirmed: by the head office, and by each site itself as the date comes near."""
