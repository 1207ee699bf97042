"""What is kept until it is published: saved while somebody types, listed, gone on with, thrown away."""
