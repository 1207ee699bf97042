"""The exits that nobody asks at: what the site sends of its own accord, and what it writes down."""

import re
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

import orjson
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from fedirse.activitypub.documents.activity import render_activity
from fedirse.base.actors import StoredActor
from fedirse.base.errors import FedirseError
from fedirse.features.care.privacy.exports.actions import plan_export
from fedirse.features.care.privacy.exports.archive.actions import archive_of, new_private_key
from fedirse.features.care.privacy.exports.jobs import write_or_fail
from fedirse.features.care.privacy.exports.model import ExportState
from fedirse.remote.mail import Mail, Mailer
from fedirse.social.accounts.store import get_account, note_email_proven, set_email
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.entrance.links.jobs import send_link
from fedirse.social.moderation.reports.actions import report
from fedirse.social.moderation.reports.model import Category, Complaint
from fedirse.social.posts.actions import delete_post, edit_post, publish_post, reader_for
from fedirse.social.posts.forwarding.actions import pass_on
from fedirse.social.posts.forwarding.model import ForeignActivity
from fedirse.social.posts.model import Draft
from fedirse.social.posts.polls.actions import publish_results
from fedirse.social.posts.polls.model import Vote
from fedirse.social.posts.polls.store import add_votes
from fedirse.social.posts.reactions.actions import boost_post, like_post
from fedirse.social.posts.store import find_post, get_readable_post
from fedirse.storage.deliveries import queue_deliveries
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, Sent
from tests.leaks import oracle
from tests.leaks.scene import AS2, Answer, Scene, Viewer
from tests.leaks.world import HERE, LOCALS, Item, missing

Deed = Callable[[Transaction], object]


def _accepting() -> ASGIApp:
    """A server that takes whatever it is sent."""

    async def accept(_scope: Connection, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 202, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return accept


async def _watch(scene: Scene, deed: Deed, *, then: Item | None = None) -> list[Sent]:
    """What leaves because of a deed; one that is refused makes nothing leave.

    Args:
        scene: where.
        deed: what is done.
        then: what an item is in the world from then on, if it is done.
    """
    wire = scene.network.wire
    wire.applications |= {one.host: _accepting() for one in scene.world.others.values()}
    before = len(wire.sent)
    try:
        await scene.site.write(deed)
    except FedirseError:
        return []
    if then is not None:
        scene.world.items[then.word] = then
    scene.process.outbox.wake(HERE)
    await scene.process.outbox.idle()
    return wire.sent[before:]


def _judge(scene: Scene, sent: list[Sent], known: dict[str, set[str]] | None = None) -> None:
    """Each server that the world knows is an example: it was sent something, or nothing."""
    scene.tally.examples[scene.exit] += len({one.host for one in scene.world.others.values()})
    scene.tally.shown[scene.exit] += bool(sent)
    for one in sent:
        scene.judge_sent(one, known=known)


def _ours(scene: Scene, count: int, *, poll: bool = False) -> list[Item]:
    found = [item for item in scene.items if item.local and item.state != "deleted" and (item.poll or not poll)]
    return scene.chance.sample(found, min(count, len(found)))


def _living(scene: Scene) -> list[Item]:
    """What is not deleted; the pages refuse to do anything with the rest."""
    return [item for item in scene.items if item.state != "deleted"]


async def deliveries(scene: Scene) -> None:
    """Whatever was queued for whomever, when it is sent: everything is queued for everybody here, and the gate decides."""
    scene.queued = _ours(scene, 4)
    deleted = [item for item in scene.items if item.local and item.state == "deleted"][:1]
    inboxes = [(one.host, one.inbox) for one in scene.world.others.values()]
    for item in [*scene.queued, *deleted]:

        def queue(tx: Transaction, item: Item = item) -> None:
            queue_deliveries(tx, item.activity, inboxes, START, closed_after=START)
            scene.site.pulse.mark()

        _judge(scene, await _watch(scene, queue))


async def answers(scene: Scene) -> None:
    """What our people answer: nobody is told who could not read what is answered."""
    for _ in range(3):
        author, parent = scene.chance.choice(sorted(LOCALS)), scene.chance.choice(_living(scene))
        word = missing(scene.chance).word
        made: list[str] = []

        def answer(tx: Transaction, author: str = author, parent: Item = parent, word: str = word, made: list[str] = made) -> None:
            draft = Draft(f"Réponse {word}", Audience(AudienceKind.PUBLIC), in_reply_to=parent.id)
            made.append(publish_post(tx, scene.site, scene.built.actors[author], draft, START).id)

        sent = await _watch(scene, answer)
        _judge(scene, sent)
        fitting = oracle.servers(scene.world, parent) | _server_of(scene, parent)
        for one in sent:
            if word.encode() in one.body and one.host not in fitting:
                scene.leak(Viewer(one.host), f"was sent an answer of {author} to {parent}")
        for viewer in scene.chance.sample(scene.viewers, 8) if made else []:
            found = await scene.ask(viewer, f"/posts/{made[0]}", accept=AS2)
            scene.tally.examples[scene.exit] += 1
            # Whom the author of something public has blocked reads what others answer to it, if that is public too.
            if word in found.text and parent.kind != "public" and viewer.name not in {*scene.readers[parent.word], author}:
                scene.leak(viewer, f"reads an answer of {author} to {parent}")


def _server_of(scene: Scene, item: Item) -> frozenset[str]:
    return frozenset() if item.local else frozenset({scene.world.others[item.author].host})


async def edits(scene: Scene) -> None:
    """An edit that is for fewer people: those who lost it are not told what it says now."""
    for item in _ours(scene, 3):
        narrowed = replace(item, kind="site", of="", named=item.named & LOCALS) if item.kind in {"public", "network", "segment"} else item
        draft = Draft(f"Enfin {item.word}", Audience(AudienceKind(narrowed.kind), of=narrowed.of, listed=item.listed))
        had = {host: {item.word} for host in _had(scene, item)}

        def edit(tx: Transaction, item: Item = item, draft: Draft = draft) -> None:
            edit_post(tx, scene.site, scene.built.actors[item.author], item.id, draft, START)

        _judge(scene, await _watch(scene, edit, then=narrowed), had)
        scene.readers[item.word] = oracle.readers(scene.world, scene.world.items[item.word])


async def deletes(scene: Scene) -> None:
    """A deletion: those hear of it who had the post, or may have had it; nobody hears what it said."""
    for item in [*scene.queued[:2], *_ours(scene, 2)]:
        had = {host: {item.word} for host in _had(scene, item)}

        def delete(tx: Transaction, item: Item = item) -> None:
            delete_post(tx, scene.site, scene.built.actors[item.author], item.id, START)

        _judge(scene, await _watch(scene, delete, then=replace(item, state="deleted")), had)


def _had(scene: Scene, item: Item) -> frozenset[str]:
    """The servers that an item was sent to, or may have been sent to by its audience as it was."""
    sent = {one.host for one in scene.network.wire.sent if item.id.encode() in one.body}
    # A block came after the follow that is still here: what was sent before it is there.
    followers = {who for who, whom in scene.world.follows if whom == item.author and item.kind in {"followers", "partners"}}
    before = {scene.world.others[name].host for name in followers | item.named if name in scene.world.others}
    return oracle.servers(scene.world, item) | sent | before


async def polls(scene: Scene) -> None:
    """The results of a poll, also where somebody voted who may not read it any more."""
    for item in _ours(scene, 2, poll=True):
        voter = scene.built.actors[scene.chance.choice(sorted(scene.world.others))]

        def publish(tx: Transaction, item: Item = item, voter_id: str = voter.id) -> None:
            post = find_post(tx, item.id)
            assert post is not None
            assert post.poll is not None
            add_votes(tx, post, post.poll, voter_id, [Vote(post.poll.options[0].name, START)])
            publish_results(tx, scene.site, post, START)

        _judge(scene, await _watch(scene, publish))


async def boosts(scene: Scene) -> None:
    """Boosts and likes by our people, of whatever they may read."""
    for _ in range(4):
        actor, item = scene.built.actors[scene.chance.choice(sorted(LOCALS))], scene.chance.choice(_living(scene))
        deed = scene.chance.choice((boost_post, like_post))

        def react(tx: Transaction, actor: StoredActor = actor, item: Item = item, deed: Callable[..., object] = deed) -> None:
            deed(tx, scene.site, actor, item.id, START)

        sent = await _watch(scene, react)
        _judge(scene, sent, {host: {item.word} for host in _server_of(scene, item)})


async def forwarding(scene: Scene) -> None:
    """What other servers answer to our posts, passed on to those who follow what is answered."""
    theirs = [
        item for item in scene.items if not item.local and item.parent and item.state != "deleted" and scene.world.items[item.parent].local
    ]
    scene.chance.shuffle(theirs)
    # Most are passed on to nobody: those first that are, or would be if they were not withheld.
    theirs.sort(key=lambda item: {item.kind, scene.world.items[item.parent].kind} != {"public"})
    withheld = [item for item in theirs if item.state != "shown" or item.author in scene.world.unseen]
    for item in dict.fromkeys([*theirs[:2], *withheld[:2]]):
        author = scene.built.actors[item.author]
        uri = f"{author.uri}/creates/{item.id}"
        document = render_activity(activity_type="Create", activity_id=uri, actor=author.uri, object={"id": uri, "content": item.word})
        activity = ForeignActivity(uri, "Create", orjson.dumps(document))

        def forward(tx: Transaction, item: Item = item, activity: ForeignActivity = activity) -> None:
            post = find_post(tx, item.id)
            assert post is not None
            pass_on(tx, scene.site, post, scene.built.actors[item.author], activity, START)

        _judge(scene, await _watch(scene, forward), {host: {item.word} for host in _server_of(scene, item)})


async def flags(scene: Scene) -> None:
    """Reports that are told to the server of whom they are about; it is told nothing that is not its own."""
    theirs = [item for item in scene.items if not item.local and item.state == "shown"]
    for item in scene.chance.sample(theirs, min(2, len(theirs))):
        reporter = scene.built.actors[scene.chance.choice(sorted(LOCALS))]
        complaint = Complaint(Category.OTHER, "Regardez", forward=True)

        def tell(tx: Transaction, item: Item = item, reporter_name: str = reporter.handle, complaint: Complaint = complaint) -> None:
            reporter = scene.built.actors[reporter_name]
            posts = [get_readable_post(tx, item.id, reader_for(reporter))]
            report(tx, scene.site, reporter, scene.built.actors[item.author], posts=posts, complaint=complaint, now=START)

        _judge(scene, await _watch(scene, tell), {host: {item.word} for host in _server_of(scene, item)})


async def exports(scene: Scene) -> None:
    """What somebody takes along of their own: none of it is somebody else's secret."""
    viewer = scene.chance.choice([one for one in scene.locals if one.way == "session"])
    actor, key = scene.built.actors[viewer.name], new_private_key()
    export = await scene.site.read(plan_export, actor, "fr", key, START)
    while export.state is ExportState.RUNNING:
        export = await write_or_fail(scene.site, export)
    if export.state is not ExportState.READY:
        raise AssertionError(f"an export of {viewer.name} failed: {export.reason}")
    with zipfile.ZipFile(archive_of(scene.site, key)) as archive:
        for name in archive.namelist():
            scene.judge(viewer, Answer(200, (), archive.read(name), f"export {name}"))


class _Letterbox(Mailer):
    """Keeps what would be mailed."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Mail] = []

    async def send(self, mail: Mail, name: str, now: object) -> None:
        self.mails.append(mail)


async def mails(scene: Scene) -> None:
    """Mails carry a way to sign in, and nothing that was said here."""
    letterbox = _Letterbox()
    site = replace(scene.site, mailer=letterbox)
    for name in sorted(LOCALS):

        def give_address(tx: Transaction, name: str = name) -> str:
            account = get_account(tx, name)
            set_email(tx, account.id, f"{name}@{HERE}")
            note_email_proven(tx, account.id, START)
            return account.id

        await send_link(site, await scene.site.write(give_address), {})
        mail = letterbox.mails[-1]
        scene.judge(Viewer(name, "mail"), Answer(200, (), f"{mail.subject}\n{mail.text}\n{mail.html}".encode(), "mail"), everybody=True)


async def logs(scene: Scene) -> None:
    """Whoever runs the machine reads the logs: no post stands in them."""
    # The address of a request that is refused is logged; a hashtag in it is what the visitor typed.
    said = _TYPED.sub("", "\n".join(scene.logged))
    scene.judge(_OPERATOR, Answer(200, (), said.encode(), "the log"), everybody=True, ids=False)


_OPERATOR: Final = Viewer("", "log")
_TYPED: Final = re.compile(r"/tags/\S+")

OUTWARD: Final[dict[str, Callable[[Scene], Awaitable[None]]]] = {
    "deliveries": deliveries,
    "forwarding": forwarding,
    "answers": answers,
    "polls": polls,
    "boosts": boosts,
    "reports": flags,
    "edits": edits,
    "deletes": deletes,
    "exports": exports,
    "mails": mails,
    "logs": logs,
}
