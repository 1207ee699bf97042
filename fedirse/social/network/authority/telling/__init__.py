"""How the head office tells members what it has said of one of them."""
