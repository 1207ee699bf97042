"""A database with some people and their posts, without a site around it."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.base.types import ANYONE, Reader
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.store import add_post
from fedirse.social.search.index.store import catch_up
from fedirse.social.search.model import Found
from fedirse.social.search.rules import parse_query
from fedirse.social.search.store import search_posts
from fedirse.storage.actors import save_actor
from fedirse.storage.columns import metadata
from tests.social.audiences.people import NOW, person

Say = Callable[..., Post]


class Archive:
    """Posts in a database of their own.

    Args:
        tx: its one transaction.
    """

    def __init__(self, tx: Connection) -> None:
        self.tx = tx
        self._minutes = itertools.count()

    def actor(self, name: str, /, host: str = "ici.example", *, local: bool = True, **values: object) -> StoredActor:
        """Somebody; the name is the id."""
        return save_actor(self.tx, replace(person(name, host, local=local), **values))  # type: ignore[arg-type]

    def say(self, content: str, author: str = "marc", audience: Audience | None = None, **values: object) -> Post:
        """A post, each a minute later than the one before; `values` are fields of Post."""
        published = NOW + timedelta(minutes=next(self._minutes))
        post_id = new_id(published)
        made = Post(
            post_id,
            f"https://ici.example/posts/{post_id}",
            author,
            local=True,
            kind=PostKind.NOTE,
            audience=audience or Audience(AudienceKind.PUBLIC),
            published_at=published,
            content=f"<p>{content}</p>",
            language="fr",
        )
        post = replace(made, **values)  # type: ignore[arg-type]
        add_post(self.tx, post)
        return post

    def search(self, typed: str, reader: Reader = ANYONE, **values: object) -> Found:
        """What a reader finds, with everything indexed."""
        self.index()
        return search_posts(self.tx, reader, parse_query(typed), **values)  # type: ignore[arg-type]

    def texts(self, typed: str, reader: Reader = ANYONE) -> list[str]:
        """The contents of what a reader finds."""
        return [post.content.removeprefix("<p>").removesuffix("</p>") for post in self.search(typed, reader).posts]

    def index(self) -> None:
        """Index everything that waits."""
        while catch_up(self.tx):
            pass


def reader(name: str, *, local: bool = True) -> Reader:
    """Somebody who asks."""
    return Reader(name, f"https://ici.example/people/{name}", "ici.example", local=local)


@pytest.fixture
def archive() -> Iterator[Archive]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as tx:
        made = Archive(tx)
        for name in ("marc", "ines", "lea"):
            made.actor(name)
        yield made
    engine.dispose()
