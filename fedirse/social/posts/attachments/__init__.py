"""The files of posts: ours become part of what is published, those of other servers are shown from here."""
