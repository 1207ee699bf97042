"""The pages of people and organisations, ours and those of other servers."""
