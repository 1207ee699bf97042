"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Take the database from ${down_revision or "nothing"} to ${up_revision}; there is no way back but a backup."""
    ${upgrades}
