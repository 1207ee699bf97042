"""What the sites of the demo must do, looked at from outside: on the pages and documents that each site serves.

What is done is done by `fedirse` commands in processes of their own, as an operator would. Nothing here reads a database.
"""

from functools import partial
from http import HTTPStatus
from typing import Final

from fedirse.demo.announced import ANNOUNCED
from fedirse.demo.cast import BORDEAUX, GROUP, HEAD_OFFICE, LILLE, LYON, PARTNER, STORES
from fedirse.demo.check_absence import RETURN_SECONDS, CheckAbsence
from fedirse.demo.check_inside import CheckInside
from fedirse.demo.check_mail import CheckMail
from fedirse.demo.content import SAID
from fedirse.demo.eyes import Eyes
from fedirse.demo.hands import Hands, Posted, fresh_words
from fedirse.demo.network import Network
from fedirse.demo.processes import Processes
from fedirse.demo.switches.pressing import Presser
from fedirse.demo.visitor import Visitor
from fedirse.demo.watch import Watch
from fedirse.social.audiences.model import AudienceKind

EVERYBODY: Final = (*GROUP, PARTNER)
RECALL: Final = "rappel-bougies"


class Check:
    """The steps, in their order; those about the network are `CheckInside`.

    Args:
        network: seeded.
        processes: all of them running.
        switches: of the page that stops and starts them.
        watch: keeps what is seen.
    """

    def __init__(self, network: Network, processes: Processes, switches: Presser, watch: Watch) -> None:
        self._network = network
        self._processes = processes
        self._switches = switches
        self._watch = watch
        self._eyes = Eyes(network)
        self._hands = Hands(network, processes, watch)

    def run(self) -> None:
        """All the steps. Raises NotFound for the first thing that is not as it should be."""
        announcement = self.announce()
        self.answer(announcement)
        self.keep_inside()
        self.edit_and_delete(announcement)
        inside = CheckInside(self._network, self._watch, self._hands, self._eyes)
        for_members = inside.open()
        CheckAbsence(self._network, self._watch, self._hands, self._eyes, self._switches, inside.announcing).come_back()
        CheckMail(self._network, self._watch, inside.announcing).read_and_confirm()
        self.survive()
        inside.close(*for_members)

    def announce(self) -> Posted:
        """The head office posts; every site shows it."""
        self._watch.begin("1 announcement")
        posted = self._hands.post(HEAD_OFFICE, "Livraison avancée : le camion passe demain dans tous les magasins.")
        self._watch.expect((*STORES, PARTNER), "its page shows what the head office posted", partial(self._eyes.shows, words=posted.words))
        return posted

    def answer(self, announcement: Posted) -> None:
        """A store answers; the other sites show the answer in the thread."""
        self._watch.begin("2 answer")
        answer = self._hands.post(LYON, "Reçu à Lyon, merci.", "--as", "ines", "--reply-to", announcement.uri)
        others = [site for site in EVERYBODY if site is not LYON]
        in_thread = partial(self._eyes.thread_shows, words=announcement.words, answer=answer.words)
        self._watch.expect(others, "the thread shows the answer from Lyon", in_thread)
        replies = f"{announcement.path}/replies"
        self._watch.expect([HEAD_OFFICE], "the collection of answers has it", lambda site: self._eyes.total(site, replies) == 1)

    def keep_inside(self) -> None:
        """What is not public reaches those it is for, and not the partner: by no page, document or program of the partner."""
        self._watch.begin("3 not public")
        at_lille = f"@mathilde@{self._network.domain(LILLE.key)}"
        texts = {AudienceKind.SITE: "Équipe siège.", AudienceKind.FOLLOWERS: "Entre nous.", AudienceKind.DIRECT: f"Pour toi, {at_lille}."}
        nadia, hugo = Visitor(self._network, HEAD_OFFICE, "nadia"), Visitor(self._network, HEAD_OFFICE, "hugo")
        mathilde, karim = Visitor(self._network, LILLE, "mathilde"), Visitor(self._network, PARTNER, "karim")
        inside = {kind: self._hands.write(nadia, text, kind) for kind, text in texts.items()}
        last = self._hands.post(HEAD_OFFICE, "Et ceci est pour tout le monde.")
        self._watch.expect([PARTNER], "its page shows what was posted last, which is public", partial(self._eyes.shows, words=last.words))
        for_hugo = inside[AudienceKind.SITE].words
        self._watch.expect([HEAD_OFFICE], "Hugo, who works there, reads the site post", lambda _: hugo.reads(for_hugo))
        for kind in (AudienceKind.FOLLOWERS, AudienceKind.DIRECT):
            receives = lambda _, uri=inside[kind].uri: mathilde.receives(uri)  # noqa: E731 - as short as what it says
            self._watch.expect([LILLE], f"Mathilde receives the {kind} post", receives)
        for kind, posted in inside.items():
            self._expect_absent(kind, posted, karim)
        self._expect_ungiven([posted.uri for posted in inside.values()])

    def _expect_absent(self, kind: AudienceKind, posted: Posted, karim: Visitor) -> None:
        paths = ("/", f"/@nadia@{self._network.domain(HEAD_OFFICE.key)}")
        pages = [page for path in paths for page in (self._eyes.text_of(PARTNER, path), karim.get(path).text)]
        is_absent = not any(posted.words in page for page in pages) and not karim.receives(posted.uri)
        self._watch.expect_now(PARTNER, f"the {kind} post is on none of its pages, and Karim does not receive it", is_so=is_absent)
        is_unknown = self._eyes.statuses(HEAD_OFFICE, posted.path) == {HTTPStatus.NOT_FOUND}
        self._watch.expect_now(HEAD_OFFICE, f"the {kind} post does not exist for a stranger", is_so=is_unknown)

    def _expect_ungiven(self, uris: list[str]) -> None:
        """Asks with the partner's own signature for everything that is not public, and for something that is."""
        theirs = {AudienceKind.PUBLIC, AudienceKind.PARTNERS}
        keys = [*ANNOUNCED, *(key for key, said in SAID.items() if said.audience not in theirs)]
        closed = [*uris, *map(self._network.post, keys)]
        public = self._network.post("retard")
        given = self._eyes.given_to(PARTNER, [*closed, public])
        what = f"its signature is given a public post, and none of {len(closed)} others"
        self._watch.expect_now(PARTNER, what, is_so=given == [public])

    def edit_and_delete(self, announcement: Posted) -> None:
        """An edit and a deletion reach every site that has the post."""
        self._watch.begin("4 edit and deletion")
        edited = fresh_words()
        self._hands.command(HEAD_OFFICE, "edit", announcement.uri, f"Livraison avancée : le camion passe après-demain. {edited}")
        self._watch.expect(
            EVERYBODY,
            "its page shows the new words, and no longer the old ones",
            lambda site: self._eyes.shows(site, edited) and not self._eyes.shows(site, announcement.words),
        )
        pages = {site.key: self._eyes.page_of(site, edited) for site in EVERYBODY}
        self._hands.command(HEAD_OFFICE, "delete", announcement.uri)
        self._watch.expect(
            EVERYBODY,
            "the post is gone from its page, and its own page says so",
            lambda site: not self._eyes.shows(site, edited) and HTTPStatus.GONE in self._eyes.statuses(site, pages[site.key]),
        )

    def survive(self) -> None:
        """The head office's process is killed with a delivery on the wire; nothing is lost, nothing comes twice."""
        self._watch.begin("10 power cut")
        before = self._eyes.total(HEAD_OFFICE, "/actor/outbox")
        self._processes.pause(BORDEAUX.key)
        last = self._hands.post(HEAD_OFFICE, "Juste avant la coupure.")
        sent = partial(self._eyes.shows, words=last.words)
        self._watch.expect([LYON], "its page shows a post that Bordeaux, frozen, has not answered", sent)
        self._processes.kill(HEAD_OFFICE.key)
        self._processes.resume(BORDEAUX.key)
        queued = self._hands.post(HEAD_OFFICE, "Pendant la coupure.")
        answer = self._hands.post(LYON, "Le siège ne répond pas ?", "--as", "marc", "--reply-to", self._network.post(RECALL))
        self._hands.start(HEAD_OFFICE)
        for posted, when in ((last, "before"), (queued, "during")):
            once = partial(self._eyes.shows_once, words=posted.words)
            self._watch.expect(EVERYBODY, f"its page shows the post from {when} the cut, once", once)
        outbox = lambda site: self._eyes.total(site, "/actor/outbox") == before + 2  # noqa: E731 - as short as what it says
        self._watch.expect([HEAD_OFFICE], "its outbox has all that it had, and two more", outbox)
        recall = Posted("", self._network.post(RECALL)).path
        in_thread = lambda site: answer.words in self._eyes.text_of(site, recall)  # noqa: E731 - as above
        self._watch.expect([HEAD_OFFICE], "the thread shows the answer sent while it was away", in_thread, RETURN_SECONDS)
