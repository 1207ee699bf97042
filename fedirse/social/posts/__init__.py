"""Posts, replies, boosts and likes."""
