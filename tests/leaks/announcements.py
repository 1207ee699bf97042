"""The exits of announcements: the list, « À lire » above home, the panel beside one, the board; and what is done about one."""

import re
from datetime import datetime, timedelta

from fedirse.base.identifiers import new_id
from fedirse.features.announcements.acknowledgement.views import MOST_AT_HOME
from fedirse.features.announcements.planning.model import Plan
from fedirse.features.announcements.planning.store import save_plan
from fedirse.site import Site
from fedirse.social.posts.composing.actions import keep_draft
from fedirse.social.posts.composing.model import Sheet, Typed
from fedirse.storage.transaction import Transaction
from tests.leaks.scene import Answer, Scene, Viewer
from tests.leaks.world import NOBODY, Item

_PAGES = ("board", "board.csv", "board/live", "calls", "calls.csv", "change", "mails", "withdraw")
_TO_READ = re.compile(r'<h2 id="to-read">.*?\(([0-9]+)\)</h2>', re.DOTALL)
_FORM = {"version": "1", "note": "À voir avec Marc", "title": "Autre", "text": "Autre", "audience": "network", "of_version": "1"}


def _sessions(scene: Scene) -> list[Viewer]:
    return [one for one in scene.locals if one.way == "session"]


def _theirs(scene: Scene, viewer: Viewer) -> list[Item]:
    return [item for item in scene.items if item.announced and item.state != "deleted" and scene.may_see(viewer, item.word)]


async def above_home(scene: Scene) -> None:
    """What stands above somebody's home, and how much waits for them there."""
    for viewer in _sessions(scene):
        answer = await scene.ask(viewer, "/")
        scene.judge(viewer, answer)
        _judge_waiting(scene, viewer, answer)


async def lists(scene: Scene) -> None:
    """Everything that was announced, page by page, whoever asks."""
    for viewer in [*_sessions(scene), *scene.chance.sample(scene.viewers, 4)]:
        scene.judge(viewer, await scene.ask(viewer, "/announcements"))
    for viewer in _sessions(scene):
        for item in scene.chance.sample(scene.items, 2):
            scene.judge(viewer, await scene.ask(viewer, f"/announcements?before={item.id}"))


async def pages(scene: Scene) -> None:
    """The panel beside an announcement, and the pages of those who speak for a head office: by the id of any post."""
    announced = [item for item in scene.items if item.announced]
    for viewer, item in scene.pick([*scene.viewers, *_sessions(scene)], announced, 20):
        await scene.about(viewer, item, "/posts/{0.id}".format)
    for viewer, item in scene.pick(_sessions(scene), scene.items, 20):
        await scene.about(viewer, item, f"/announcements/{{0.id}}/{scene.chance.choice(_PAGES)}".format)
    marc = next(viewer for viewer in _sessions(scene) if viewer.name == "marc")
    for item in scene.chance.sample(announced, min(10, len(announced))):
        await scene.about(marc, item, f"/announcements/{{0.id}}/{scene.chance.choice(_PAGES)}".format)
    await scene.about(Viewer(NOBODY), scene.chance.choice(scene.items), "/announcements/{0.id}/board".format)


async def planned(scene: Scene) -> None:
    """What is planned at a head office: this site is none, so what stands in such rows is shown to nobody, whoever they are here."""
    title, planned = "Prévue pour jeudi", new_id(scene.site.clock.now())
    await scene.site.write(_plan, scene.site, title, planned, scene.site.clock.now())
    for viewer in [*_sessions(scene), *scene.chance.sample(scene.viewers, 1)]:
        for path in ("/announcements", "/drafts", "/search?q=jeudi", f"/announcements/planned/{planned}"):
            answer = await scene.ask(viewer, path)
            scene.judge(viewer, answer)
            if title in answer.text:
                scene.tally.leaks.append(f"{path} shows {viewer} what is planned")
    for viewer, item in scene.pick(_sessions(scene), scene.items, 4):
        await scene.about(viewer, item, "/announcements/planned/{0.id}".format)


async def deeds(scene: Scene) -> None:
    """What is done about an announcement: to somebody whom it is not for there is nothing to do it with."""
    for viewer, item in scene.pick(_sessions(scene), scene.items, 24):
        way = scene.chance.choice(("publish", "cancel"))
        await scene.about(viewer, item, f"/announcements/planned/{{0.id}}/{way}".format, method="POST", form=_FORM)
        deed = scene.chance.choice(("acknowledge", "confirm", "note", "change", "withdraw", "remind"))
        await scene.about(viewer, item, f"/announcements/{{0.id}}/{deed}".format, method="POST", form=_FORM)
    for viewer, item in scene.pick(_sessions(scene), scene.items, 4):
        await scene.about(viewer, item, lambda _: "/announcements", method="POST", form=lambda one: {**_FORM, "reply_to": one.id})
        # What is looked at before it is published shows nothing of a post that is named in its fields.
        await scene.about(viewer, item, lambda _: "/announcements/preview", method="POST", form=_naming)


def _naming(item: Item) -> dict[str, str]:
    return {**_FORM, "reply_to": item.id, "draft": item.id, "file": item.id}


def _plan(tx: Transaction, site: Site, title: str, planned: str, now: datetime) -> None:
    keep_draft(tx, site, site.actor_id, Sheet(planned, 0, Typed("jeudi", title, choice="public", desk="announcement")), now)
    save_plan(tx, Plan(planned, site.actor_id, now + timedelta(days=1)))


def _judge_waiting(scene: Scene, viewer: Viewer, answer: Answer) -> None:
    counted = _TO_READ.search(answer.text)
    scene.judge_count(viewer, answer, int(counted[1]) if counted else 0, len(_theirs(scene, viewer)))
    assert counted is None or answer.text.count("care-name") <= MOST_AT_HOME
