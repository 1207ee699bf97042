"""What every request to the API goes through: whose key it is, what was sent, and how a refusal is said."""
