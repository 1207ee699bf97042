"""Partner channels: actors of a site whose approved followers, on any server of the fediverse, are its partners."""
