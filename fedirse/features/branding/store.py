"""The site's own actor as others read it: its name and words."""

from sqlalchemy import update
from sqlalchemy.engine import Connection

from fedirse.storage.actors import actors


def set_site_actor_words(tx: Connection, actor_id: str, name: str, summary: str) -> None:
    """Replace the name and the summary (HTML) of the site's actor."""
    tx.execute(update(actors).where(actors.c.id == actor_id).values(name=name, summary=summary))
