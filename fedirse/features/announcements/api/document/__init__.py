"""What the API does, written down once: its routes, its OpenAPI document and its tests are made from that."""
