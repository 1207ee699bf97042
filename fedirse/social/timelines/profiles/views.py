"""What the page of an actor shows."""

from dataclasses import dataclass

from fedirse.activitypub import values
from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.site import Site
from fedirse.social.follows.circles.views import Relation, actor_at, relation_to
from fedirse.social.follows.store import count_followers, count_following
from fedirse.social.media.cache.views import remote_picture_path
from fedirse.social.notifications.mutes.store import is_muted
from fedirse.social.posts.marks.model import Vouched, Written
from fedirse.social.posts.marks.views import vouch_for
from fedirse.social.posts.store import count_readable_posts
from fedirse.social.timelines import store
from fedirse.social.timelines.store import Entry, Kept, Window
from fedirse.social.timelines.views import Part, Place, read_part
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Profile:
    """An actor as its page shows it.

    Attributes:
        actor: the actor.
        vouched: what this site vouches for about it.
        posts: how many of its posts the reader may read here.
        followers: how many follow it, as far as this site knows.
        following: how many it follows, as far as this site knows.
        kept: which of its posts are shown.
        part: these posts.
        relation: how the visitor stands to it; None for nobody signed in.
        muted: whether the visitor does not wish to hear of it.
        cover: path of its header picture for this reader; empty for none.
    """

    actor: StoredActor
    vouched: Vouched
    posts: int
    followers: int
    following: int
    kept: Kept
    part: Part
    relation: Relation | None
    muted: bool
    cover: str


def read_profile(tx: Transaction, site: Site, reader: Reader, address: str, kept: Kept, place: Place, *, visitor_id: str | None) -> Profile:
    """The page of the actor at `name` or `name@host`. Raises NotFound and Gone."""
    actor = actor_at(tx, site, address)

    def read(window: Window) -> list[Entry]:
        return store.profile_timeline(tx, reader, actor.id, window, kept=kept)

    return Profile(
        actor,
        vouch_for(tx, site, [Written(actor)])[0],
        count_readable_posts(tx, actor.id, reader),
        count_followers(tx, actor.id),
        count_following(tx, actor.id),
        kept,
        read_part(tx, site, reader, read, place),
        relation_to(tx, visitor_id, actor.id) if visitor_id else None,
        muted=visitor_id is not None and is_muted(tx, visitor_id, actor.id),
        cover=_cover(site, actor, reader),
    )


def _cover(site: Site, actor: StoredActor, reader: Reader) -> str:
    """Pictures of other servers are fetched for our own people only; who is not known here would see a gap."""
    address = values.web_address(actor.image) if actor.image else None
    if address is None:
        return ""
    path = remote_picture_path(site, address, "full")
    return path if reader.local or path == address else ""
