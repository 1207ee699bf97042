"""What an account should hear of."""
