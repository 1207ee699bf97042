"""What a site adds for its own people, under the words of the head office, which stay as they were signed."""
