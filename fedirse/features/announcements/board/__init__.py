"""Where an announcement stands, site by site: sent, received, read by how many, confirmed."""
