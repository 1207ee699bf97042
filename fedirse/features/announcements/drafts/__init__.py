"""What is typed into the page of a new announcement, kept until it is published: all of it, what it asks included."""
