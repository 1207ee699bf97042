"""Shared social ground: what every feature builds on. The packages have an order; see ARCHITECTURE.md."""
