"""What somebody finds wrong with a person or their posts, told to those who answer for the site."""
