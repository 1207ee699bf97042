"""Which members have been told of the kit, so that one that joins later is told as well."""
