"""Six things that the network must do, looked at from outside: on the pages and documents that each site serves.

What is done is done by `fedirse` commands in processes of their own, as an operator would. Nothing here reads a database.
"""

import json
import secrets
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final

from fedirse.demo.cast import BORDEAUX, HEAD_OFFICE, LILLE, LYON, PARTNER, SITES, STORES, CastSite, owner_of
from fedirse.demo.content import SAID
from fedirse.demo.eyes import Eyes
from fedirse.demo.network import Network
from fedirse.demo.processes import Processes
from fedirse.demo.watch import Watch
from fedirse.social.audiences.model import AudienceKind

RETURN_SECONDS: Final = 75.0
"""How long a site that was away may wait: its first back-off is 30 seconds at most, and a message from it shortens the later ones."""

EVERYBODY: Final = tuple(SITES.values())
RECALL: Final = "rappel-bougies"


@dataclass(frozen=True, slots=True)
class Posted:
    """A post made by the check; `words` are in no other one, `uri` is its address."""

    words: str
    uri: str

    @property
    def id(self) -> str:
        """Its id at the site that wrote it."""
        return self.uri.rpartition("/")[2]

    @property
    def path(self) -> str:
        """Its path there."""
        return f"/posts/{self.id}"


class Check:
    """The six steps, in their order.

    Args:
        network: seeded.
        processes: all of them running.
        watch: keeps what is seen.
    """

    def __init__(self, network: Network, processes: Processes, watch: Watch) -> None:
        self._network = network
        self._processes = processes
        self._watch = watch
        self._eyes = Eyes(network)

    def run(self) -> None:
        """All the steps. Raises NotFound for the first thing that is not as it should be."""
        announcement = self.announce()
        self.answer(announcement)
        self.keep_inside()
        self.edit_and_delete(announcement)
        self.come_back()
        self.survive()

    def announce(self) -> Posted:
        """The head office posts; every site shows it."""
        self._watch.begin("1 announcement")
        posted = self._post(HEAD_OFFICE, "Livraison avancée : le camion passe demain dans tous les magasins.")
        self._watch.expect((*STORES, PARTNER), "its page shows what the head office posted", partial(self._eyes.shows, words=posted.words))
        return posted

    def answer(self, announcement: Posted) -> None:
        """A store answers; the other sites show the answer in the thread."""
        self._watch.begin("2 answer")
        answer = self._post(LYON, "Reçu à Lyon, merci.", "--as", "ines", "--reply-to", announcement.uri)
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
        inside = {kind: self._post(HEAD_OFFICE, text, "--as", "nadia", "--audience", kind) for kind, text in texts.items()}
        mathilde, karim, hugo = self._token(LILLE, "mathilde"), self._token(PARTNER, "karim"), self._token(HEAD_OFFICE, "hugo")
        last = self._post(HEAD_OFFICE, "Et ceci est pour tout le monde.")
        self._watch.expect([PARTNER], "its page shows what was posted last, which is public", partial(self._eyes.shows, words=last.words))
        for_hugo = partial(self._eyes.shows, words=inside[AudienceKind.SITE].words, token=hugo)
        self._watch.expect([HEAD_OFFICE], "Hugo, who works there, reads the site post", for_hugo)
        for kind in (AudienceKind.FOLLOWERS, AudienceKind.DIRECT):
            for_mathilde = partial(self._eyes.receives, handle="mathilde", token=mathilde, uri=inside[kind].uri)
            self._watch.expect([LILLE], f"Mathilde receives the {kind} post", for_mathilde)
        for kind, posted in inside.items():
            self._expect_absent(kind, posted, karim)
        self._expect_ungiven([posted.uri for posted in inside.values()])

    def _expect_absent(self, kind: AudienceKind, posted: Posted, karim: str) -> None:
        paths = ("/", f"/@nadia@{self._network.domain(HEAD_OFFICE.key)}")
        pages = [self._eyes.text_of(PARTNER, path, token) for path in paths for token in (None, karim)]
        is_absent = not any(posted.words in page for page in pages) and not self._eyes.receives(PARTNER, "karim", karim, posted.uri)
        self._watch.expect_now(PARTNER, f"the {kind} post is on none of its pages, and Karim does not receive it", is_so=is_absent)
        is_unknown = self._eyes.statuses(HEAD_OFFICE, posted.path) == {HTTPStatus.NOT_FOUND}
        self._watch.expect_now(HEAD_OFFICE, f"the {kind} post does not exist for a stranger", is_so=is_unknown)

    def _expect_ungiven(self, uris: list[str]) -> None:
        """Asks with the partner's own signature for everything that is not public, and for something that is."""
        closed = [*uris, *(self._network.post(key) for key, said in SAID.items() if said.audience is not AudienceKind.PUBLIC)]
        public = self._network.post("retard")
        given = self._eyes.given_to(PARTNER, [*closed, public])
        what = f"its signature is given a public post, and none of {len(closed)} others"
        self._watch.expect_now(PARTNER, what, is_so=given == [public])

    def edit_and_delete(self, announcement: Posted) -> None:
        """An edit and a deletion reach every site that has the post."""
        self._watch.begin("4 edit and deletion")
        edited = _fresh_words()
        self._command(HEAD_OFFICE, "edit", announcement.uri, f"Livraison avancée : le camion passe après-demain. {edited}")
        self._watch.expect(
            EVERYBODY,
            "its page shows the new words, and no longer the old ones",
            lambda site: self._eyes.shows(site, edited) and not self._eyes.shows(site, announcement.words),
        )
        pages = {site.key: self._eyes.page_of(site, edited) for site in EVERYBODY}
        self._command(HEAD_OFFICE, "delete", announcement.uri)
        self._watch.expect(
            EVERYBODY,
            "the post is gone from its page, and its own page says so",
            lambda site: not self._eyes.shows(site, edited) and HTTPStatus.GONE in self._eyes.statuses(site, pages[site.key]),
        )

    def come_back(self) -> None:
        """A site is stopped, misses a post, is started again, and gets it without anybody's help."""
        self._watch.begin("5 outage of a site")
        self._processes.stop(BORDEAUX.key)
        missed = self._post(HEAD_OFFICE, "Pendant que Bordeaux était fermé.")
        there = [site for site in STORES if site is not BORDEAUX]
        self._watch.expect(there, "its page shows what Bordeaux misses", partial(self._eyes.shows, words=missed.words))
        self._watch.expect_now(HEAD_OFFICE, "its ledger keeps the post for Bordeaux", is_so=self._is_queued(missed, BORDEAUX))
        self._start(BORDEAUX)
        # Life goes on there: what Théo sends is a sign that the site can be reached again.
        self._command(BORDEAUX, "like", self._network.post(RECALL), "--as", "theo")
        self._watch.expect([BORDEAUX], "its page shows what it missed", partial(self._eyes.shows, words=missed.words), RETURN_SECONDS)

    def survive(self) -> None:
        """The head office's process is killed with a delivery on the wire; nothing is lost, nothing comes twice."""
        self._watch.begin("6 power cut")
        before = self._eyes.total(HEAD_OFFICE, "/actor/outbox")
        self._processes.pause(BORDEAUX.key)
        last = self._post(HEAD_OFFICE, "Juste avant la coupure.")
        sent = partial(self._eyes.shows, words=last.words)
        self._watch.expect([LYON], "its page shows a post that Bordeaux, frozen, has not answered", sent)
        self._processes.kill(HEAD_OFFICE.key)
        self._processes.resume(BORDEAUX.key)
        queued = self._post(HEAD_OFFICE, "Pendant la coupure.")
        answer = self._post(LYON, "Le siège ne répond pas ?", "--as", "marc", "--reply-to", self._network.post(RECALL))
        self._start(HEAD_OFFICE)
        for posted, when in ((last, "before"), (queued, "during")):
            once = partial(self._eyes.shows_once, words=posted.words)
            self._watch.expect(EVERYBODY, f"its page shows the post from {when} the cut, once", once)
        outbox = lambda site: self._eyes.total(site, "/actor/outbox") == before + 2  # noqa: E731 - as short as what it says
        self._watch.expect([HEAD_OFFICE], "its outbox has all that it had, and two more", outbox)
        recall = Posted("", self._network.post(RECALL)).path
        in_thread = lambda site: answer.words in self._eyes.text_of(site, recall)  # noqa: E731 - as above
        self._watch.expect([HEAD_OFFICE], "the thread shows the answer sent while it was away", in_thread, RETURN_SECONDS)

    def _start(self, site: CastSite) -> None:
        self._processes.start(owner_of(site.key))
        self._processes.wait_ready(owner_of(site.key))
        self._watch.restart()

    def _command(self, site: CastSite, *arguments: str) -> str:
        said = self._network.command(site.key, *arguments)
        self._watch.restart()
        return said

    def _post(self, site: CastSite, text: str, *options: str) -> Posted:
        words = _fresh_words()
        made = json.loads(self._command(site, "post", f"{text} {words}", "--json", *options))
        return Posted(words, made["uri"])

    def _token(self, site: CastSite, handle: str) -> str:
        made = json.loads(self._command(site, "token", "create", handle, "--label", "check", "--json"))
        return str(made["token"])

    def _is_queued(self, posted: Posted, site: CastSite) -> bool:
        ledger = json.loads(self._network.command(HEAD_OFFICE.key, "ledger", "--item", posted.id, "--json"))
        return [line["state"] for line in ledger if line["host"] == self._network.domain(site.key)] == ["queued"]


def _fresh_words() -> str:
    return f"Contrôle {secrets.token_hex(4)}"
