"""Writes a world into the database of a site, through the stores: nothing here asks a rule whether it may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any, Final

import orjson

from fedirse.activitypub.signatures import PrivateKey, multikey, public_der
from fedirse.base.actors import StoredActor
from fedirse.base.roles import Role
from fedirse.features.announcements.acknowledgement.model import Acknowledgement, Confirmation
from fedirse.features.announcements.acknowledgement.store import save_acknowledgement, save_confirmation
from fedirse.features.announcements.model import Announcement, Asked, Priority, Terms
from fedirse.features.announcements.notes.model import Note
from fedirse.features.announcements.notes.store import save_note
from fedirse.features.announcements.store import save_announcement
from fedirse.site import Site
from fedirse.social.accounts.store import get_account, set_roles
from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.follows.model import Block, Follow, FollowState
from fedirse.social.follows.store import save_block, save_follow
from fedirse.social.media.cache import store as copies
from fedirse.social.media.cache.actions import FILE_NAME
from fedirse.social.media.model import Media, MediaKind, Purpose
from fedirse.social.media.spool.actions import cached_folder_of, folder_of
from fedirse.social.media.store import add_media, plan_removal
from fedirse.social.moderation.blocks.actions import block_host
from fedirse.social.moderation.model import Moderator
from fedirse.social.moderation.reports.model import Category, Report, ReportState
from fedirse.social.moderation.reports.store import add_report
from fedirse.social.network.model import Attribute, Attributes, Network, NetworkKey, NetworkState
from fedirse.social.network.roster.model import Removal
from fedirse.social.network.roster.store import save_statement
from fedirse.social.network.roster.wire import read_statement, render_credential, render_removal
from fedirse.social.network.segments.model import AllOf, Condition, Has
from fedirse.social.network.segments.store import save_segment
from fedirse.social.network.segments.wire import read_segment, render_segment
from fedirse.social.network.store import save_network, trust_key
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify
from fedirse.social.posts.attachments.views import sources_of
from fedirse.social.posts.composing.model import KeptDraft, Typed
from fedirse.social.posts.composing.store import save_draft
from fedirse.social.posts.history.store import keep_version
from fedirse.social.posts.languages.model import LanguageVersion
from fedirse.social.posts.model import Attachment, Poll, PollOption, Post, PostKind
from fedirse.social.posts.reactions.store import add_bookmark, add_like
from fedirse.social.posts.store import add_post, erase_post, update_post
from fedirse.storage.activities import activities
from fedirse.storage.actors import StoredKey, find_local_actor, save_actor, save_public_keys
from fedirse.storage.refusals import block_actor
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.leaks.world import CHANNEL, LOCALS, MEMBERS, OURS, REFUSED, Item, Someone, World
from tests.made_once import rsa_key
from tests.social.network.roster.test_wire import KEY, KEY_ID, KEYS, NETWORK, credential, fresh_key, signed
from tests.social.network.segments.test_segments import segment
from tests.visitors import remote_actor

SEGMENTS: Final[Mapping[str, Condition]] = {
    "sud": Has(Attribute.REGION, frozenset({"Sud"})),
    "nord": Has(Attribute.REGION, frozenset({"Nord"})),
    "tout": AllOf(()),
    "retire": AllOf(()),
}
_BY: Final = Moderator("", "operator")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Built:
    """The actors of a world as the site knows them, and the keys that those of other servers sign with."""

    actors: Mapping[str, StoredActor]
    keys: Mapping[str, PrivateKey]

    def key_id(self, name: str) -> str:
        return f"{self.actors[name].uri}#key"


@cache
def key_of(name: str, *, rsa: bool) -> PrivateKey:
    """Somebody's key; of no concern to the chance of a world, so the same in all of them."""
    return rsa_key(name) if rsa else fresh_key()


def build(tx: Transaction, site: Site, world: World) -> Built:
    """Write everything, in one transaction."""
    actors = {name: _present(find_local_actor(tx, name)) for name in sorted(OURS)}
    keys = {one.name: key_of(one.name, rsa=one.rsa) for one in world.others.values()}
    for one in world.others.values():
        actors[one.name] = _save_someone(tx, one, keys[one.name])
    built = Built(actors, keys)
    # Who may open every page there is, so that what he is not shown is kept from him by the gate and by nothing else.
    set_roles(tx, get_account(tx, "marc").id, [Role.ADMINISTRATOR, Role.RESPONSIBLE, Role.COMMUNICATOR])
    _found_network(tx, world, keys)
    for who, whom in sorted(world.follows):
        save_follow(tx, Follow(actors[who].id, actors[whom].id, f"https://f.example/{who}/{whom}", FollowState.ACCEPTED, START))
    for who, whom in sorted(world.asks):
        save_follow(tx, Follow(actors[who].id, actors[whom].id, f"https://f.example/{who}/{whom}", FollowState.REQUESTED, START))
    for who, whom in sorted(world.blocks):
        save_block(tx, Block(actors[who].id, actors[whom].id, f"https://b.example/{who}/{whom}", START))
    for item in world.items.values():
        _say(tx, site, world, built, item)
    _around(tx, world, built)
    # At the end: what was said by then is here, and is shown to nobody.
    block_actor(tx, actors["emil"].id, reason="Leaks", now=START)
    block_host(tx, site, REFUSED, reason="Leaks", subdomains=False, by=_BY, now=START)
    return built


def file_url(world: World, item: Item) -> str:
    """Where the file of an item of another server lies."""
    return f"https://{world.others[item.author].host}/files/{item.word}.{'pdf' if item.is_document else 'webp'}"


def write_files(site: Site, world: World) -> None:
    """What lies on the disk: the word itself, so that whoever gets the file is found out."""
    for item in world.items.values():
        if item.file:
            write_file(site, item)


def write_file(site: Site, item: Item) -> None:
    """The file of one item."""
    folder = folder_of(site, item.key) if item.local else cached_folder_of(site, item.key)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (FILE_NAME,) if item.is_document else ("full.webp", "small.webp"):
        (folder / name).write_text(item.word)


def post_of(site: Site, world: World, built: Built, item: Item) -> Post:
    """The post that an item is."""
    author = built.actors[item.author]
    uri = site.uris.post(item.id) if item.local else f"{author.uri}/posts/{item.id}"
    parent = world.items.get(item.parent)
    kind = PostKind.QUESTION if item.poll else PostKind.ARTICLE if item.listed else PostKind.NOTE
    return Post(
        id=item.id,
        uri=uri,
        actor_id=author.id,
        local=item.local,
        kind=kind,
        audience=audience_of(built, item),
        published_at=START - _DAY,
        title=f"Titre {item.word}" if kind is PostKind.ARTICLE else "",
        content=f"<p>Texte {item.word} <a href='/tags/t{item.word}'>#t{item.word}</a></p>",
        source=f"Texte {item.word} #t{item.word}" if item.local else None,
        language="fr",
        translations=_in_english(item) if ord(item.media[-2]) % 2 else {},
        in_reply_to=post_of(site, world, built, parent).uri if parent else None,
        parent_id=parent.id if parent else None,
        thread_id=_first(world, item).id,
        url=uri,
        tags=(f"t{item.word}",),
        attachments=(_attachment(site, world, item),) if item.file else (),
        poll=Poll((PollOption(f"Oui {item.word}", 0), PollOption("Non", 0)), False, START + _DAY, None, 0) if item.poll else None,
        held_at=START if item.state == "held" else None,
        hidden_at=START if item.state == "hidden" else None,
    )


def _in_english(item: Item) -> dict[str, LanguageVersion]:
    """Its words in another language, which are no less of it."""
    return {"en": LanguageVersion(f"Title {item.word}" if item.listed else "", f"<p>Text {item.word}</p>", f"Text {item.word}")}


def audience_of(built: Built, item: Item) -> Audience:
    """The audience of an item."""
    named = frozenset(built.actors[name].id for name in item.named)
    within = frozenset(Scope(AudienceKind(kind), of) for kind, of in item.within)
    own = Scope(AudienceKind(item.kind), item.of)
    of = built.actors[CHANNEL].id if item.of == CHANNEL else item.of
    return Audience(AudienceKind(item.kind), named, listed=item.listed, of=of, within=within - {own})


def _first(world: World, item: Item) -> Item:
    while item.parent:
        item = world.items[item.parent]
    return item


def _attachment(site: Site, world: World, item: Item) -> Attachment:
    url = f"{site.uris.origin}/media/{item.media}/{item.key}/full.webp" if item.local else file_url(world, item)
    media_type = "application/pdf" if item.is_document else "image/webp"
    return Attachment(url, media_type, alt=f"Photo {item.word}", width=4, height=4, media_id=item.media if item.local else "")


def _say(tx: Transaction, site: Site, world: World, built: Built, item: Item) -> None:
    post, actors = post_of(site, world, built, item), built.actors
    add_post(tx, replace(post, content=f"<p>Avant {item.word}</p>"))
    keep_version(tx, replace(post, content=f"<p>Avant {item.word}</p>"), post)
    update_post(tx, replace(post, edited_at=START))
    if item.file and item.state != "deleted":
        keep_file(tx, site, world, built, item)
    if item.local:
        body = {"id": site.uris.activity(item.activity), "type": "Create", "object": {"id": post.uri, "content": item.word}}
        listed = item.kind == "public" and item.state in {"shown", "hidden"}
        row: dict[str, object] = {"id": item.activity, "uri": body["id"], "kind": "Create", "actor_id": post.actor_id, "item_id": post.id}
        row["signer_id"] = site.actor_id if post.audience.internal else None
        tx.execute(activities.insert().values(**row, body=orjson.dumps(body), listed=listed, published_at=START))
    if item.boosted_by:
        booster = actors[item.boosted_by]
        uri = site.uris.activity(item.boost) if item.boosted_by in LOCALS else f"{booster.uri}/boosts/{item.boost}"
        boost = Post(
            id=item.boost,
            uri=uri,
            actor_id=booster.id,
            local=item.boosted_by in LOCALS,
            kind=PostKind.BOOST,
            audience=Audience(AudienceKind.PUBLIC),
            published_at=START,
            boost_of=post.id,
        )
        add_post(tx, boost)
    if item.announced:
        _announce(tx, item, [actors[name].id for name in sorted(LOCALS)])
    if item.state == "deleted":
        erase_post(tx, post.id, START)


def _announce(tx: Transaction, item: Item, people: Sequence[str]) -> None:
    """What is asked of an item, who has seen and confirmed it, and what the site adds to it; of any item, so that the gate alone decides."""
    number = sum(map(ord, item.id))
    asked, priority = tuple(Asked)[number % 3], tuple(Priority)[number // 3 % 3]
    save_announcement(tx, Announcement(item.id, Terms(priority, asked, ends_at=START if number % 5 == 0 else None), START, START))
    for place, actor_id in enumerate(people):
        if (number + place) % 4 == 0:
            save_acknowledgement(tx, item.id, Acknowledgement(actor_id, 1, START, 1, START))
    if number % 2:
        save_confirmation(tx, item.id, Confirmation(1, people[0], START))
        save_note(tx, item.id, Note(f"Note {item.word}", people[0], START))


def keep_file(tx: Transaction, site: Site, world: World, built: Built, item: Item) -> None:
    """The row of an item's file."""
    if not item.local:
        for source in sources_of(post_of(site, world, built, item)):
            copies.start_file(tx, item.media, source, START)
            copies.keep_file(tx, source, item.key, 1)
        return
    plan_removal(tx, item.key, START)
    kept: dict[str, Any] = {"width": 4, "height": 4, "blurhash": None, "size": 1, "sha256": "", "focus": None, "created_at": START}
    file = Media(
        id=item.media,
        key=item.key,
        actor_id=built.actors[item.author].id,
        purpose=Purpose.POST,
        kind=MediaKind.IMAGE,
        media_type="image/webp",
        name=f"{item.word}.webp",
        alt=f"Photo {item.word}",
        item_id=item.id,
        **kept,
    )
    add_media(tx, file)


def _around(tx: Transaction, world: World, built: Built) -> None:
    """What people kept of items, and were told about them, whether or not they may still read them."""
    actors, items = built.actors, world.items
    for who, word in sorted(world.marks):
        add_bookmark(tx, items[word].id, actors[who].id, START)
        add_like(tx, items[word].id, actors[who].id, f"https://l.example/{who}/{word}", START)
    for who, word in sorted(world.told):
        notify(tx, actors[who].id, NotificationKind.MENTION, actors[items[word].author].id, START, items[word].id)
    for number, word in enumerate(world.reported):
        about = actors[items[word].author]
        add_report(
            tx,
            Report(
                id=f"01J{number:023d}",
                uri=None,
                reporter_id=actors["lea" if about.id != actors["lea"].id else "ines"].id,
                about_id=about.id,
                category=Category.OTHER,
                words="Regardez",
                posts=(items[word].id,),
                forwarded=False,
                state=ReportState.OPEN,
                created_at=START,
                decided_at=None,
                decided_by="",
                reason="",
            ),
        )
    for number, (who, word) in enumerate(sorted(world.drafts.items())):
        save_draft(tx, actors[who].id, KeptDraft(f"01J0{number:022d}", 1, Typed(text=f"Brouillon {word}"), START, None))


def _save_someone(tx: Transaction, one: Someone, key: PrivateKey) -> StoredActor:
    kind = "Application" if one.standing else "Person"
    stored = save_actor(tx, remote_actor(one.name, one.host, uri=one.uri, kind=kind, inbox=one.inbox, followers=f"{one.uri}/followers"))
    purpose = "publicKey" if one.rsa else "assertionMethod"
    save_public_keys(tx, stored.id, [StoredKey(f"{one.uri}#key", stored.id, purpose, public_der(key.public), START)])
    return stored


def _found_network(tx: Transaction, world: World, keys: Mapping[str, PrivateKey]) -> None:
    state = NetworkState.MEMBER
    save_network(tx, Network(uri=NETWORK, name="Aubrelle", members=MEMBERS, head_office=False, state=state, counter=0, since=START))
    trust_key(tx, NetworkKey(uri=KEY_ID, network=NETWORK, key=multikey(KEY.public), trusted_at=START))
    for number, one in enumerate(world.others.values()):
        if one.standing:
            _state(tx, one, keys[one.name], number)
    for name, condition in SEGMENTS.items():
        document = signed(render_segment(segment(condition, name, withdrawn=name == "retire")))
        save_segment(tx, read_segment(document, KEYS), document)


def _state(tx: Transaction, one: Someone, key: PrivateKey, number: int) -> None:
    known = fresh_key() if one.standing == "other-key" else key
    issued = START - 60 * _DAY if one.standing == "lapsed" else START
    said = credential(
        id=f"https://siege.example/network/members/{number}",
        member=one.uri,
        key=multikey(known.public),
        serial=2 * number + 1,
        attributes=Attributes(region=one.region),
        suspended=one.standing == "suspended",
        issued=issued,
        ends=issued + 3 * _DAY,
    )
    document = signed(render_credential(said))
    if one.standing == "removed":
        gone = Removal(id=said.id, network=NETWORK, member=one.uri, serial=2 * number + 2, digest="", removed=START)
        document = signed(render_removal(gone))
    save_statement(tx, read_statement(document, KEYS), document, START)


def _present(actor: StoredActor | None) -> StoredActor:
    assert actor is not None
    return actor
