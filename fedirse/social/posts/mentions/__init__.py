"""What somebody typed becomes words that others read, and names become people."""
