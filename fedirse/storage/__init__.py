"""What a site keeps: transactions as plain functions, the tables the lower layers own, and the keys that seal secrets."""
