"""Rows of profiles: what was typed, from which the actor's words are made."""

from dataclasses import replace

from sqlalchemy import Column, ForeignKey, Table, Text, select
from sqlalchemy.engine import Connection

from fedirse.base.actors import StoredActor
from fedirse.features.profile.model import TypedProfile
from fedirse.social.accounts.store import set_shows_follows, shows_follows
from fedirse.storage.actors import save_actor
from fedirse.storage.columns import Json, metadata
from fedirse.storage.dialect import upsert

profiles = Table(
    "profiles",
    metadata,
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
    Column("bio", Text, nullable=False),
    Column("fields", Json, nullable=False),
)


def find_profile(tx: Connection, actor: StoredActor) -> TypedProfile:
    """What was typed about an actor; an actor without a row has only what its row says."""
    row = tx.execute(select(profiles.c.bio, profiles.c.fields).where(profiles.c.actor_id == actor.id)).first()
    shown = shows_follows(tx, actor.id)
    known = TypedProfile(actor.name, locked=actor.locked, discoverable=actor.discoverable, shows_follows=shown)
    if row is None:
        return known
    return replace(known, bio=row.bio, fields=tuple((label, value) for label, value in row.fields))


def save_profile(tx: Connection, actor: StoredActor, typed: TypedProfile) -> StoredActor:
    """Keep what was typed, and the actor as it is made of it. Returns the stored actor."""
    values = {"actor_id": actor.id, "bio": typed.bio, "fields": [list(field) for field in typed.fields]}
    tx.execute(upsert(profiles, values, key=("actor_id",), keep=("actor_id",)))
    set_shows_follows(tx, actor.id, shown=typed.shows_follows)
    return save_actor(tx, actor)
