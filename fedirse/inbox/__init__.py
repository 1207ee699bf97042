"""The door: everything that other servers send comes in here."""
