"""The erasure of a person: here to the last row, elsewhere by asking every server that was sent anything."""
