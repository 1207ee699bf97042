"""What is at the address of an invitation: a document for a site, a page for a person."""
