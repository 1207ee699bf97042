"""The exits where one item is asked for by its address, its word or its hashtag."""

import re
from urllib.parse import quote

import orjson

from fedirse.base.types import ANYONE, Reader
from fedirse.social.audiences.rules import Relation, may_read
from fedirse.social.media.actions import erase_of_item
from fedirse.social.posts.attachments.views import file_path, picture_path
from tests.federation.network import START
from tests.leaks.building import audience_of, file_url, keep_file, post_of, write_file
from tests.leaks.scene import AS2, HTML, Answer, Scene
from tests.leaks.world import HERE, LOCALS, NOBODY, Item

ORIGIN = f"https://{HERE}"
_ACCEPTED = (
    AS2,
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    "application/json",
    HTML,
    "*/*",
    "",
    "text/plain",
    "image/*",
)
_METHODS = ("HEAD", "HEAD", "OPTIONS", "DELETE", "PUT", "POST", "PATCH")
_PATHS = (
    "/posts/{0.id}",
    "/posts/{0.id}/replies",
    "/posts/{0.id}/history",
    "/activities/{0.activity}",
    "/posts/{0.id}/",
    "/posts/{0.id}?x=1",
    "/posts/{0.id}?lang=en",
)


async def rule(scene: Scene) -> None:
    """The rule itself, which the clause in the queries is equal to; asked as it stands, without a request.

    Whom the moderators have blocked never get as far as the rule.
    """
    heard = [viewer for viewer in scene.viewers if viewer.name not in scene.world.unseen]
    for viewer, item in scene.pick(heard, scene.items, 120):
        actor, author = scene.built.actors.get(viewer.name), scene.built.actors[item.author]
        scopes = frozenset(scope for scope, names in scene.world.inside.items() if viewer.name in names)
        local = viewer.name in LOCALS
        reader = Reader(actor.id, actor.uri, actor.host, local=local, scopes=scopes) if actor else ANYONE
        pair, other = (viewer.name, item.author), (item.author, viewer.name)
        relation = Relation(follows_author=pair in scene.world.follows, blocked_by_author=other in scene.world.blocks)
        withheld = item.state in {"held", "hidden"} or item.author in scene.world.unseen
        allowed = may_read(audience_of(scene.built, item), author.id, reader, relation, withheld=withheld)
        scene.judge(viewer, Answer(200, (), item.word.encode() if allowed and item.state != "deleted" else b"", "the rule"))


async def objects(scene: Scene) -> None:
    """The document of a post."""
    for viewer, item in scene.pick(scene.viewers, scene.items, 140):
        await scene.about(viewer, item, lambda one: f"/posts/{one.id}", accept=AS2)


async def pages(scene: Scene) -> None:
    """The page of a post, with the thread around it."""
    for viewer, item in scene.pick(scene.viewers, scene.items, 30):
        end = scene.chance.choice(("", "?lang=en"))
        await scene.about(viewer, item, lambda one, end=end: f"/posts/{one.id}{end}")  # type: ignore[misc]


async def share_cards(scene: Scene) -> None:
    """What programs are told that draw a card: in the head of the page, and by oEmbed, which tells everybody the same."""
    for viewer, item in scene.pick(scene.viewers, scene.items, 16):
        await scene.about(viewer, item, lambda one: f"/oembed?url={quote(f'{ORIGIN}/posts/{one.id}', safe='')}", everybody=True)
    for _, item in scene.pick(scene.viewers[:1], scene.items, 8):
        await scene.about(scene.viewers[0], item, lambda one: f"/posts/{one.id}", everybody=True)


async def replies(scene: Scene) -> None:
    """The answers to a post, and how many there are."""
    for viewer, item in scene.pick(scene.viewers, scene.items, 40):
        answer = await scene.about(viewer, item, lambda one: f"/posts/{one.id}/replies", accept=AS2)
        if answer.status == 200:
            found = [one for one in scene.items if one.parent == item.word and one.state != "deleted" and scene.may_see(viewer, one.word)]
            scene.judge_count(viewer, answer, orjson.loads(answer.body)["totalItems"], len(found))
            await scene.about(viewer, item, lambda one: f"/posts/{one.id}/replies?after=", accept=AS2)


async def activities(scene: Scene) -> None:
    """What was published, by its id."""
    ours = [item for item in scene.items if item.local]
    for viewer, item in scene.pick(scene.viewers, ours, 80):
        await scene.about(viewer, item, lambda one: f"/activities/{one.activity}", accept=AS2)


async def history(scene: Scene) -> None:
    """What a post said before."""
    for viewer, item in scene.pick(scene.viewers, scene.items, 20):
        await scene.about(viewer, item, lambda one: f"/posts/{one.id}/history")


async def variants(scene: Scene) -> None:
    """The same addresses asked in other ways: methods, formats, ends of the path."""
    for viewer, item in scene.pick(scene.viewers, scene.items, 90):
        path, method = scene.chance.choice(_PATHS), scene.chance.choice((*_METHODS, *["GET"] * 6))
        await scene.about(viewer, item, path.format, accept=scene.chance.choice(_ACCEPTED), method=method)


async def files(scene: Scene) -> None:
    """Uploaded files. Of what leaves the network the address is the right to it; it must not be found without its secret."""
    ours = [item for item in scene.items if item.local and item.file]
    for viewer, item in scene.pick(scene.viewers, ours, 30) if ours else []:
        name, leaves = scene.chance.choice(("full", "small")), item.state == "shown" and not item.is_internal
        key = scene.none.key if leaves and not scene.may_see(viewer, item.word) else item.key
        await scene.about(viewer, item, lambda one, key=key, name=name: f"/media/{one.media}/{key}/{name}.webp", accept="image/webp")  # type: ignore[misc]
    await _files_of_deleted(scene)


async def _files_of_deleted(scene: Scene) -> None:
    """A file that still hangs on a deleted post is nobody's any more."""
    deleted = sorted(
        (one for one in scene.items if one.local and one.state == "deleted"), key=lambda one: (one.is_internal, one.kind != "public")
    )
    # First one that was open to many: what was for members asks for a reader anyway.
    for item in deleted[:1]:
        write_file(scene.site, item)
        await scene.site.write(keep_file, scene.site, scene.world, scene.built, item)
        for viewer in scene.chance.sample(scene.viewers, 3):
            await scene.about(viewer, item, lambda one: f"/media/{one.media}/{one.key}/full.webp", accept="image/webp")
        await scene.site.write(erase_of_item, scene.site, item.id, START)


async def pictures_of_others(scene: Scene) -> None:
    """Pictures of other servers, which are kept here."""
    theirs = [item for item in scene.items if item.file and not item.local and not item.is_document]
    for viewer, item in scene.pick(scene.viewers, theirs, 30) if theirs else []:
        url = file_url(scene.world, item)
        path = picture_path(scene.site, post_of(scene.site, scene.world, scene.built, item), url, scene.chance.choice(("full", "small")))
        await scene.about(viewer, item, lambda one, item=item, path=path: path.replace(item.id, one.id), accept="image/webp")  # type: ignore[misc]
        forged = await scene.ask(viewer, f"/media/remote/full/{path.rpartition('/')[2]}.aHR0cHM6", accept="image/webp")
        scene.judge(viewer, forged)


async def documents_of_members(scene: Scene) -> None:
    """Files to download that other members have for members, which are kept here."""
    theirs = [item for item in scene.items if item.is_document]
    for viewer, item in scene.pick(scene.viewers, theirs, 30) if theirs else []:
        path = file_path(scene.site, post_of(scene.site, scene.world, scene.built, item), file_url(scene.world, item))
        await scene.about(viewer, item, lambda one, item=item, path=path: path.replace(item.id, one.id), accept="*/*")  # type: ignore[misc]


async def tags(scene: Scene) -> None:
    """The page of a hashtag, and its feeds, which are the same for everybody."""
    for viewer, item in scene.pick(scene.viewers, scene.items, 24):
        await scene.about(viewer, item, lambda one: f"/tags/t{one.word}", around=True, by_word=True)
    for viewer, item in scene.pick(scene.viewers, scene.items, 12):
        end = scene.chance.choice(("feed", "feed.rss"))
        await scene.about(viewer, item, lambda one, end=end: f"/tags/t{one.word}/{end}", everybody=True, around=True, by_word=True)  # type: ignore[misc]


async def search(scene: Scene) -> None:
    """Posts by a word that is in one or in all of them, hashtags by their beginning, and the pages that follow."""
    for viewer, item in scene.pick(scene.viewers, scene.items, 40):
        part = scene.chance.choice(("posts", "posts", "tags", "people"))
        begins = "t" if part == "tags" else ""
        around = viewer.name == NOBODY
        path = f"/search?in={part}&q={begins}"
        await scene.about(viewer, item, lambda one, path=path: path + one.word, around=around, by_word=True)  # type: ignore[misc]
    for viewer in scene.chance.sample(scene.viewers, 6):
        answer = await scene.ask(viewer, "/search?in=posts&q=texte")
        scene.judge(viewer, answer, around=viewer.name == NOBODY)
        following = re.search(r"before=([0-9A-Z]{27})", answer.text)
        if following:
            scene.judge(viewer, await scene.ask(viewer, f"/search?in=posts&q=texte&before={following[1]}"))


async def completion(scene: Scene) -> None:
    """What a composer proposes, and of how many posts it knows."""
    for viewer, item in scene.pick([one for one in scene.locals if one.way == "session"], scene.items, 12):
        await scene.about(viewer, item, lambda one: f"/completion/tags?q=t{one.word}", accept="application/json")
        scene.judge(viewer, await scene.ask(viewer, f"/completion/names?q={item.author}", accept="application/json"))


async def lookups(scene: Scene) -> None:
    """An address that somebody pastes: of a post here, and of one of another server that came here for others."""
    sessions = [one for one in scene.locals if one.way == "session"]
    for viewer, item in scene.pick(sessions, scene.items, 16):

        def uri(one: Item, item: Item = item) -> str:
            return post_of(scene.site, scene.world, scene.built, item).uri.replace(item.id, one.id)

        await scene.about(viewer, item, lambda one, uri=uri: f"/search?q={quote(uri(one), safe='')}")  # type: ignore[misc]
        await scene.about(viewer, item, lambda one, uri=uri: f"/authorize_interaction?uri={quote(uri(one), safe='')}")  # type: ignore[misc]


async def webfinger(scene: Scene) -> None:
    """Who is here; posts are nobody."""
    for viewer, item in scene.pick(scene.viewers, scene.items, 8):
        resource = "/.well-known/webfinger?resource="
        await scene.about(viewer, item, lambda one, resource=resource: f"{resource}{ORIGIN}/posts/{one.id}", everybody=True)  # type: ignore[misc]
        scene.judge(viewer, await scene.ask(viewer, f"{resource}acct:{item.author}@{HERE}"), everybody=True)


async def forms(scene: Scene) -> None:
    """Pages that ask before something is done with a post: an answer, a report, an edit, a deletion."""
    paths = ("/compose?reply_to={0.id}", "/report?post={0.id}", "/posts/{0.id}/edit", "/posts/{0.id}/delete")
    for viewer, item in scene.pick([one for one in scene.locals if one.way == "session"], scene.items, 32):
        await scene.about(viewer, item, scene.chance.choice(paths).format)


async def egress(scene: Scene) -> None:
    """To whom a post was sent: for its author, and for whoever cares for the site and may read it."""
    for viewer, item in scene.pick([one for one in scene.locals if one.way == "session"], scene.items, 12):
        await scene.about(viewer, item, scene.chance.choice(("/posts/{0.id}/egress", "/posts/{0.id}/egress.csv")).format)


async def deeds(scene: Scene) -> None:
    """What the buttons under a post do: to somebody whom it is not for there is nothing to do it with."""
    for viewer, item in scene.pick([one for one in scene.locals if one.way == "session"], scene.items, 30):
        deed = scene.chance.choice(("like", "unlike", "boost", "unboost", "bookmark", "unbookmark", "vote", "edit", "delete"))
        if scene.may_see(viewer, item.word) and deed not in {"like", "bookmark"}:
            deed = "like"
        form = {"text": "Autre", "audience": "public", "option": "Oui"}
        await scene.about(viewer, item, lambda one, deed=deed: f"/posts/{one.id}/{deed}", method="POST", form=form)  # type: ignore[misc]
        report = {"category": "other", "words": "Regardez"}
        if not scene.may_see(viewer, item.word):
            await scene.about(viewer, item, lambda _: "/report", method="POST", form=lambda one, report=report: {**report, "post": one.id})


async def reactions(scene: Scene) -> None:
    """What other servers do with a post of ours that is not for them."""
    ours = [item for item in scene.items if item.local]
    for viewer, item in scene.pick(scene.strangers, ours, 16):
        kind, actor = scene.chance.choice(("Like", "Announce", "Create")), scene.built.actors[viewer.name].uri

        def body(one: Item, kind: str = kind, actor: str = actor) -> bytes:
            target = f"{ORIGIN}/posts/{one.id}"
            note = {"type": "Note", "id": f"{actor}/n/{one.id}", "attributedTo": actor, "content": "Oui", "inReplyTo": target}
            document = {
                "@context": "https://www.w3.org/ns/activitystreams",
                "id": f"{actor}/{kind}/{one.id}",
                "type": kind,
                "actor": actor,
                "to": ["https://www.w3.org/ns/activitystreams#Public"],
                "object": {**note, "to": ["https://www.w3.org/ns/activitystreams#Public"]} if kind == "Create" else target,
            }
            return orjson.dumps(document)

        await scene.about(viewer, item, lambda _: "/inbox", method="POST", body=body)
