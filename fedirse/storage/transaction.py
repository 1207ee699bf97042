"""The name under which everything above the stores handles a transaction, without knowing what carries it."""

from typing import TypeAlias

from sqlalchemy.engine import Connection

Transaction: TypeAlias = Connection
"""An open transaction; handed to functions by `Database.write` and `Database.read`, used only through stores."""
