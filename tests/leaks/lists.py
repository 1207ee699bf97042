"""The exits where many items are shown at once, or counted."""

import re
from collections.abc import Callable
from http import HTTPStatus

import orjson

from tests.leaks import oracle
from tests.leaks.scene import AS2, HTML, Scene, Viewer
from tests.leaks.world import CHANNEL, LOCALS, NETWORK, NOBODY, OURS, Item

_POSTS = re.compile(r"<li><strong>([0-9]+)</strong> ")
_BELL = re.compile(r'<a class="nav-link" href="/notifications"(?:(?!</a>).)*<span class="badge">([0-9]+)', re.DOTALL)
_LOWEST = "0" * 26


def _sessions(scene: Scene) -> list[Viewer]:
    return [one for one in scene.locals if one.way == "session"]


async def timelines(scene: Scene) -> None:
    """The front, what people here say, and each one's home."""
    for viewer in [*scene.chance.sample(scene.viewers, 5), *_sessions(scene)]:
        scene.judge(viewer, await scene.ask(viewer, "/"), around=viewer.name == NOBODY)
    for viewer in scene.chance.sample(scene.viewers, 5):
        scene.judge(viewer, await scene.ask(viewer, "/local"), around=True)
    for viewer in _sessions(scene):
        for path in ("/followed", "/network"):
            scene.judge(viewer, await scene.ask(viewer, path))


async def inboxes(scene: Scene) -> None:
    """Home as programs read it; and how many posts are new there."""
    for viewer in [*scene.locals, *scene.chance.sample(scene.strangers, 3)]:
        whose = scene.chance.choice(sorted(LOCALS)) if scene.chance.random() < 0.3 else viewer.name
        path = f"/people/{whose}/inbox"
        scene.judge(viewer, await scene.ask(viewer, path, accept=AS2))
        scene.judge(viewer, await scene.ask(viewer, f"{path}?before=", accept=AS2))
    for viewer in _sessions(scene):
        answer = await scene.ask(viewer, f"/newer-posts?after={_LOWEST}", accept="application/json")
        lines = [item for item in scene.items if scene.may_see(viewer, item.word) and item.state != "deleted"]
        scene.judge_count(viewer, answer, orjson.loads(answer.body)["count"], len(lines) + sum(bool(item.boosted_by) for item in lines))


async def profiles(scene: Scene) -> None:
    """The page of an actor in its three cuts, and how many posts it says there are."""
    addresses = {**{name: name for name in OURS}, "karim": "karim@partenaire.example", "lyon": "lyon@lyon.example"}
    for _ in range(10):
        viewer, author = scene.chance.choice(scene.viewers), scene.chance.choice(sorted(addresses))
        answer = await scene.ask(viewer, f"/@{addresses[author]}{scene.chance.choice(('', '/with-replies', '/media'))}")
        scene.judge(viewer, answer)
        counted = _POSTS.search(answer.text)
        if counted:
            own = [item for item in scene.items if item.author == author and item.kind != "direct" and item.state != "deleted"]
            scene.judge_count(viewer, answer, int(counted[1]), sum(scene.may_see(viewer, item.word) for item in own))


async def feeds(scene: Scene) -> None:
    """Atom and RSS, the same for everybody whoever asks."""
    for path in ("/feed", "/feed.rss", *(f"/@{name}/feed{end}" for name in sorted(OURS) for end in ("", ".rss"))):
        viewer = scene.chance.choice(scene.viewers)
        scene.judge(viewer, await scene.ask(viewer, path), everybody=True, around=True)


async def outboxes(scene: Scene) -> None:
    """What everybody may read of what was published, and how much of it there is."""
    for name in ("actor", *sorted(OURS)):
        viewer = scene.chance.choice(scene.viewers)
        path = "/actor/outbox" if name == "actor" else f"/people/{name}/outbox"
        answer = await scene.ask(viewer, path, accept=AS2)
        scene.judge(viewer, answer, everybody=True)
        if answer.status == 200:
            scene.judge_count(viewer, answer, orjson.loads(answer.body)["totalItems"], oracle.count_public(scene.world, name))
        scene.judge(viewer, await scene.ask(viewer, f"{path}?page=true", accept=AS2), everybody=True)


async def collections(scene: Scene) -> None:
    """Followers and followed, as documents and as pages: people, and nothing that they say."""
    for path, accept in (
        *(
            (f"/people/{name}/{which}{end}", AS2)
            for name in sorted(OURS)
            for which in ("followers", "following")
            for end in ("", "?after=")
        ),
        *((f"/actor/{which}", AS2) for which in ("followers", "following")),
        *((f"/@ines/{which}", HTML) for which in ("followers", "following")),
    ):
        viewer = scene.chance.choice(scene.viewers)
        scene.judge(viewer, await scene.ask(viewer, path, accept=accept), everybody=True)


async def actors(scene: Scene) -> None:
    """The documents of our actors."""
    for path in ("/actor", *(f"/people/{name}" for name in sorted(OURS))):
        viewer = scene.chance.choice(scene.viewers)
        scene.judge(viewer, await scene.ask(viewer, path, accept=AS2), everybody=True)


async def nodeinfo(scene: Scene) -> None:
    """How many posts there are for everybody."""
    for path in ("/nodeinfo/2.0", "/nodeinfo/2.1"):
        viewer = scene.chance.choice(scene.viewers)
        answer = await scene.ask(viewer, path, accept="application/json")
        scene.judge(viewer, answer, everybody=True)
        scene.judge_count(viewer, answer, orjson.loads(answer.body)["usage"]["localPosts"], oracle.count_public(scene.world))


async def notifications(scene: Scene) -> None:
    """What concerns somebody, as far as they may still read it; and how much of it is new, before they look."""
    for viewer in _sessions(scene):
        page = await scene.ask(viewer, "/settings/preferences")
        counted = _BELL.search(page.text)
        told = [scene.world.items[word] for who, word in scene.world.told if who == viewer.name]
        allowed = sum(item.state != "deleted" and scene.may_see(viewer, item.word) for item in told)
        scene.judge_count(viewer, page, int(counted[1]) if counted else 0, allowed)
        for path in ("/notifications", "/notifications?only=talk"):
            scene.judge(viewer, await scene.ask(viewer, path))


async def own_lists(scene: Scene) -> None:
    """Messages, bookmarks and drafts of somebody, and a draft of somebody else."""
    for viewer in _sessions(scene):
        for path in ("/messages", "/bookmarks", "/drafts"):
            scene.judge(viewer, await scene.ask(viewer, path))
        for number in range(len(LOCALS)):
            scene.judge(viewer, await scene.ask(viewer, f"/compose?draft=01J0{number:022d}"))


async def moderation(scene: Scene) -> None:
    """Reports and held answers: what is public is read by those who decide, all else is veiled; whoever was answered sees what is theirs."""

    def public(item: Item) -> bool:
        return item.kind == "public"

    for viewer in _sessions(scene):
        reports = [f"/site/reports/01J{number:023d}" for number in range(len(scene.world.reported))]
        for path in ("/site/reports", "/site/reports.csv", "/site/held", *scene.chance.sample(reports, min(3, len(reports)))):
            scene.judge(viewer, await scene.ask(viewer, path), also=public if viewer.name == "marc" else None, ids=viewer.name != "marc")
        scene.judge(viewer, await scene.ask(viewer, "/held"), also=_answers(scene, viewer))


def _answers(scene: Scene, viewer: Viewer) -> Callable[[Item], bool]:
    def to_them(item: Item) -> bool:
        parent = scene.world.items.get(item.parent)
        theirs = parent is not None and parent.author == viewer.name
        return item.state == "held" and theirs and (item.kind == "public" or viewer.name in item.named)

    return to_them


async def administration(scene: Scene) -> None:
    """The pages of those who care for the site; they act upon what they may not read, so its id is no secret there."""
    paths = (
        "/site/queue",
        "/site/audit",
        "/site/audit.csv",
        "/site/health",
        "/site/blocks",
        "/site/blocks.csv",
        "/site/people",
        "/site/erasures",
        "/site/network",
        "/site/partners",
        f"/site/partners/{CHANNEL}",
        f"/site/partners/{CHANNEL}/end?actor={scene.built.actors['karim'].id}",
        f"/site/partners/{CHANNEL}/close",
        "/site/network.csv",
    )
    own = (
        "/site/channels/new",
        "/settings/preferences",
        "/settings/security",
        "/settings/profile",
        "/settings/data",
        "/settings/blocks",
        "/follows/requests",
    )
    for viewer in _sessions(scene):
        for path in (*scene.chance.sample(paths, 3), *scene.chance.sample(own, 2)):
            scene.judge(viewer, await scene.ask(viewer, path), ids=viewer.name != "marc")


async def network_documents(scene: Scene) -> None:
    """The roster: for members that are one now, and by their key; for everybody else there is nothing."""
    for viewer in scene.chance.sample(scene.viewers, 8):
        path = scene.chance.choice(("/network/roster", "/network/members", "/network/segments"))
        answer, nothing = [await scene.ask(viewer, one, accept=AS2) for one in (path, f"/posts/{scene.none.id}")]
        scene.judge(viewer, answer)
        inside = viewer.name in scene.world.inside[NETWORK]
        scene.tally.shown[scene.exit] += inside and answer.status == HTTPStatus.OK
        if not inside and answer.whole != nothing.whole:
            scene.leak(viewer, f"{answer.asked}: {answer.status}, {nothing.status} where there is nothing")


async def network_outbox(scene: Scene) -> None:
    """What members ask for after an absence, and its first words: for members by their key, each as far as it may read it."""
    for viewer in [*scene.chance.sample(scene.viewers, 6), *scene.chance.sample(scene.strangers, 4)]:
        path = scene.chance.choice(("/network/outbox", "/network/outbox?after=", "/network/outbox?last=5", "/network/outbox/newest"))
        answer, nothing = [await scene.ask(viewer, one, accept=AS2) for one in (path, f"/posts/{scene.none.id}")]
        scene.judge(viewer, answer)
        if viewer.name not in scene.world.inside[NETWORK] and answer.whole != nothing.whole:
            scene.leak(viewer, f"{answer.asked}: {answer.status}, {nothing.status} where there is nothing")


async def fixed(scene: Scene) -> None:
    """Pages and files that are the same whatever was said here."""
    paths = (
        "/.well-known/nodeinfo",
        "/.well-known/host-meta",
        "/.well-known/host-meta.json",
        "/brand.css",
        "/icon.svg",
        "/sign-in",
        "/follows/remote",
    )
    for path in paths:
        viewer = scene.chance.choice(scene.viewers)
        scene.judge(viewer, await scene.ask(viewer, path), everybody=True)
