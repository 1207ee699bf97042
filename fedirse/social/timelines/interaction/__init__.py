"""From here to one's own server and back: following from elsewhere, and what other servers send our people here for."""
