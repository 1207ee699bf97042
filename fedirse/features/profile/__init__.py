"""What a person says about themselves, for their page here and for other servers."""
