"""What belongs to a person: taking it along, and having it erased."""
