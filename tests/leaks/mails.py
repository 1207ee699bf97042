"""What leaves about announcements by mail, to whom, and what the links in it open, whoever has them."""

import re

import msgspec
from sqlalchemy import update

from fedirse.features.announcements.mail.jobs import MAIL_SERVER, plan_mails, send_mails
from fedirse.features.announcements.mail.store import announcement_mails
from fedirse.features.announcements.store import announcements
from fedirse.features.announcements.wishes.model import Wish
from fedirse.features.announcements.wishes.store import save_wish
from fedirse.remote.mail import Mail
from fedirse.social.posts.store import posts
from fedirse.storage.jobs import jobs
from fedirse.storage.transaction import Transaction
from tests.features.announcements.letterbox import Letterbox
from tests.federation.network import START
from tests.leaks.scene import Answer, Scene, Viewer
from tests.leaks.world import LOCALS, NOBODY

_LINKS = re.compile(r"/link/announcement/[\w-]+")
_OPENED = 5
_WISHES = (Wish.URGENT, Wish.AT_ONCE, Wish.DAILY)


async def of_announcements(scene: Scene) -> None:
    """Mails and digests about all that was announced, and what their links open: to everybody what is theirs."""
    before, settings = scene.site.mailer, scene.site.settings
    letterbox = Letterbox(scene.site)
    scene.site.adopt(msgspec.structs.replace(settings, mail_texts=True))
    await letterbox.give_address(*sorted(LOCALS))
    await scene.site.write(_prepare, scene)
    while await plan_mails(scene.site):
        await scene.site.write(_hasten)
        await send_mails(scene.site, MAIL_SERVER, {})
        await scene.site.write(_forget_jobs)
    for mail in letterbox.mails:
        scene.judge(_owner(mail), Answer(200, (), f"{mail.subject}\n{mail.text}\n{mail.html}".encode(), "a mail"))
    for mail in scene.chance.sample(letterbox.mails, min(_OPENED, len(letterbox.mails))):
        await _open(scene, mail)
    for viewer in [Viewer(NOBODY), *scene.locals]:
        scene.judge(viewer, await scene.ask(viewer, "/link/announcement/nowhere"))
    scene.site.adopt(settings)
    object.__setattr__(scene.site, "mailer", before)


def _owner(mail: Mail) -> Viewer:
    return Viewer(mail.to.partition("@")[0], "mail")


async def _open(scene: Scene, mail: Mail) -> None:
    """What the first link of a mail opens: to whoever has it what is its person's, to the others here nothing."""
    owner = _owner(mail)
    link = _LINKS.search(mail.text)
    assert link is not None
    scene.judge(owner, await scene.ask(Viewer(NOBODY), link[0]))
    for viewer in scene.locals:
        if viewer.way == "session":
            scene.judge(viewer, await scene.ask(viewer, link[0]))
            # Whoever is signed in as somebody else reads nothing by it.
            assert (
                viewer.name == owner.name
                or 'action="/sign-out"' in (await scene.ask(viewer, link[0], method="POST", form={"version": "1"})).text
            )
    scene.judge(owner, await scene.ask(Viewer(NOBODY), link[0], method="POST", form={"version": "1"}))


def _prepare(tx: Transaction, scene: Scene) -> None:
    """Some may be mailed with their words; people wish this or that; each has a title that says what it is."""
    for name in sorted(LOCALS):
        save_wish(tx, scene.built.actors[name].id, scene.chance.choice(_WISHES))
    for item in scene.items:
        if item.announced:
            tx.execute(update(announcements).where(announcements.c.post_id == item.id).values(text_by_mail=scene.chance.random() < 0.5))
            tx.execute(update(posts).where(posts.c.id == item.id, posts.c.deleted_at.is_(None)).values(title=f"Titre {item.word}"))


def _hasten(tx: Transaction) -> None:
    tx.execute(update(announcement_mails).where(announcement_mails.c.state == "planned").values(due_at=START))


def _forget_jobs(tx: Transaction) -> None:
    tx.execute(jobs.delete().where(jobs.c.subject == MAIL_SERVER))
