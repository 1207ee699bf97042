"""What a head office says: who is a member, who is not any more, and once a day who all of them are."""
