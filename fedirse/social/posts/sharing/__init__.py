"""How a link to something here looks where somebody shares it."""
