"""The fields that an announcement has besides those of every post."""
