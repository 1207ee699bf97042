"""What must hold while a site is switched off, and when it is back: nothing is lost, and nobody has to do anything about it."""

import json
from functools import partial
from typing import Final

from fedirse.demo.cast import BORDEAUX, HEAD_OFFICE, STORES
from fedirse.demo.check_announcing import CheckAnnouncing
from fedirse.demo.eyes import Eyes
from fedirse.demo.hands import Hands, Posted
from fedirse.demo.network import Network
from fedirse.demo.switches.pressing import Presser
from fedirse.demo.watch import Watch
from fedirse.features.announcements.board.model import Arrival

RETURN_SECONDS: Final = 75.0
"""How long a site that was away may wait: its first back-off is 30 seconds at most, and a message from it shortens the later ones."""

SOME_POST: Final = "rappel-bougies"


class CheckAbsence:
    """The step in which Bordeaux is away.

    Args:
        network: running.
        watch: keeps what is seen.
        hands: act.
        eyes: look.
        switches: are pressed.
        announcing: announces, and looks at the board.
    """

    def __init__(self, network: Network, watch: Watch, hands: Hands, eyes: Eyes, switches: Presser, announcing: CheckAnnouncing) -> None:
        self._network = network
        self._watch = watch
        self._hands = hands
        self._eyes = eyes
        self._switches = switches
        self._announcing = announcing

    def come_back(self) -> None:
        """A site is switched off, misses a post and an announcement in two versions, is switched on, and gets them by itself.

        Raises:
            NotFound: for the first thing that is not as it should be.
        """
        self._watch.begin("9 outage of a site")
        self._switches.switch_off(BORDEAUX)
        self._watch.expect_now(BORDEAUX, "nobody answers there any more", is_so=self._eyes.statuses(BORDEAUX, "/") == {0})
        missed = self._hands.post(HEAD_OFFICE, "Pendant que Bordeaux était fermé.")
        there = [site for site in STORES if site is not BORDEAUX]
        self._watch.expect(there, "its page shows what Bordeaux misses", partial(self._eyes.shows, words=missed.words))
        self._watch.expect_now(HEAD_OFFICE, "its ledger keeps the post for Bordeaux", is_so=self._is_queued(missed))
        announced = self._announce_twice()
        self._switches.switch_on(BORDEAUX)
        self._watch.restart()
        # Life goes on there: what Théo sends is a sign that the site can be reached again.
        self._hands.command(BORDEAUX, "like", self._network.post(SOME_POST), "--as", "theo")
        self._watch.expect([BORDEAUX], "its page shows what it missed", partial(self._eyes.shows, words=missed.words), RETURN_SECONDS)
        received = {"arrival": Arrival.RECEIVED.value, "version": "2"}
        has_come = partial(self._announcing.stands, posted=announced, wanted=received)
        self._watch.expect([BORDEAUX], "the board has it received, in its second version", has_come, RETURN_SECONDS)
        waits = partial(self._announcing.waits, posted=announced)
        self._watch.expect([BORDEAUX], "Béatrice has it on top of home, to read", waits)

    def _announce_twice(self) -> Posted:
        """An announcement and its second version; the board says who does not answer."""
        announced = self._announcing.publish("Pendant l’absence")  # noqa: RUF001 - French has its own apostrophe
        away = partial(self._announcing.stands, posted=announced, wanted={"arrival": Arrival.OFFLINE.value, "version": "0"})
        self._watch.expect([BORDEAUX], "the board says that it does not answer", away)
        self._announcing.change(announced)
        for site in STORES:
            if site is not BORDEAUX:
                changed = {"arrival": Arrival.RECEIVED.value, "version": "2"}
                self._watch.expect(
                    [site], "the board has its second version received", partial(self._announcing.stands, posted=announced, wanted=changed)
                )
        self._watch.expect_now(BORDEAUX, "the board still says that it does not answer", is_so=away(BORDEAUX))
        return announced

    def _is_queued(self, posted: Posted) -> bool:
        ledger = json.loads(self._network.command(HEAD_OFFICE.key, "ledger", "--item", posted.id, "--json"))
        return [line["state"] for line in ledger if line["host"] == self._network.domain(BORDEAUX.key)] == ["queued"]
