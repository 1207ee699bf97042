"""What must hold of an announcement: it comes to every site of the network, who reads it says so at home, the site confirms it, and the
head office sees where it stands, in numbers that are about five people at least and never in names.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from io import StringIO
from typing import Final

from fedirse.base.errors import NotFound
from fedirse.demo.announced import ANNOUNCED
from fedirse.demo.cast import HEAD_OFFICE, LYON, NANTES, PARTNER, CastSite
from fedirse.demo.eyes import Eyes
from fedirse.demo.hands import Posted, fresh_words
from fedirse.demo.network import Network
from fedirse.demo.visitor import Visitor
from fedirse.demo.watch import Watch
from fedirse.features.announcements.acknowledgement.rules import FEWEST
from fedirse.features.announcements.board.model import Arrival

COUNTED_SECONDS: Final = 75.0
"""How long numbers may take: a site tells of those who read at about the same time together."""

_TEXT: Final = "Retirez-le des rayons, et dites-le à l’équipe."  # noqa: RUF001 - French has its own apostrophe
_SAID_BY: Final = ("Inès", "ines", "Marc", "Benali", "Delorme")


class CheckAnnouncing:
    """The steps about announcements, in their order.

    Args:
        network: running, with everybody in it who is to get one.
        watch: keeps what is seen.
        eyes: look.
        members: the sites it is for.
        people: who answers for each site, by its key; of the supplier too.
    """

    def __init__(self, network: Network, watch: Watch, eyes: Eyes, members: Sequence[CastSite], people: Mapping[str, Visitor]) -> None:
        self._network = network
        self._watch = watch
        self._eyes = eyes
        self._members = members
        self._people = people

    def announce(self) -> Posted:
        """Nadia announces, every site receives it and reads it first, and two people and two sites answer.

        Raises:
            NotFound: for the first thing that is not as it should be.
        """
        self._watch.begin("8 read and confirmed")
        posted = self.publish("Rappel")
        self._watch.expect(self._members, "who answers for it has it on top of home, to read", partial(self.waits, posted=posted))
        for site in self._members[1:]:
            arrived = partial(self.stands, posted=posted, wanted={"arrival": Arrival.RECEIVED.value})
            self._watch.expect([site], "the board has it received", arrived)
        self._answer_in_lyon(posted)
        self._read_in_nantes(posted)
        self._look_from_outside(posted)
        return posted

    def count(self, posted: Posted) -> None:
        """By now the site with five people has told how many of them read it."""
        self._watch.begin("11 history")
        people = {"people_asked": str(len(NANTES.people)), "people_confirmed": "1"}
        told = partial(self.stands, posted=posted, wanted=people)
        self._watch.expect([NANTES], f"the board says that one of {len(NANTES.people)} people has understood", told, COUNTED_SECONDS)
        board = self._people[HEAD_OFFICE.key].get(f"/announcements/{posted.id}/board").text
        self._watch.expect_now(HEAD_OFFICE, "no name of theirs is on the board", is_so="Solène" not in board and "solene" not in board)

    def publish(self, title: str) -> Posted:
        """Nadia announces to the network, urgent and for everybody. Raises NotFound: it was not published."""
        words = fresh_words()
        where = self._send("/announcements", {"title": f"{title} {words}", "text": _TEXT})
        post_id = where.removeprefix("/announcements/").partition("/")[0]
        return Posted(words, self._network.address(HEAD_OFFICE, f"/posts/{post_id}"))

    def change(self, posted: Posted) -> None:
        """Nadia publishes a second version. Raises NotFound as `publish`."""
        fields = {"title": f"Version 2 {posted.words}", "text": f"{_TEXT} Le lot 4822 aussi.", "of_version": "1"}
        self._send(f"/announcements/{posted.id}/change", fields)

    def _send(self, path: str, fields: Mapping[str, str]) -> str:
        """Send what she typed; gives where it leads."""
        # A check sends more urgent ones than people would, and says so each time as they would have to.
        asked = {"audience": "network", "priority": "urgent", "asked_of": "everyone", "over_quota": "1"}
        answer = self._people[HEAD_OFFICE.key].post(path, {**asked, **fields})
        if answer.status != HTTPStatus.SEE_OTHER:
            raise NotFound("not announced", reason="not-seen", public_message=f"{HEAD_OFFICE.name} answers {answer.status} to Nadia.")
        self._watch.restart()
        return answer.location

    def waits(self, site: CastSite, posted: Posted) -> bool:
        """Whether it stands on top of home for who answers for a site."""
        return bool(_listed(self._people[site.key].get("/").text, posted))

    def stands(self, site: CastSite, posted: Posted, wanted: Mapping[str, str]) -> bool:
        """Whether the board says that of a site, as the table that programs get."""
        table = self._people[HEAD_OFFICE.key].get(f"/announcements/{posted.id}/board.csv").text
        lines = [line for line in csv.DictReader(StringIO(table.lstrip("\ufeff"))) if line["host"] == self._network.domain(site.key)]
        return len(lines) == 1 and all(lines[0][name] == value for name, value in wanted.items())

    def _answer_in_lyon(self, posted: Posted) -> None:
        ines, marc = Visitor(self._network, LYON, "ines"), self._people[LYON.key]
        here = _listed(ines.get("/").text, posted)
        page = ines.get(f"/posts/{here}").text
        self._watch.expect_now(LYON, "Inès reads it, with one button", is_so=f"/announcements/{here}/acknowledge" in page)
        self._watch.expect_now(LYON, "reading is not confirming: it still waits for her", is_so=bool(_listed(ines.get("/").text, posted)))
        ines.post(f"/announcements/{here}/acknowledge", {"version": "1"})
        self._watch.expect_now(LYON, "confirmed, it waits for her no more", is_so=not _listed(ines.get("/").text, posted))
        self._watch.expect_now(LYON, "Marc sees that it was Inès", is_so=_is_said(marc.get(f"/posts/{here}").text, "Inès Benali"))
        marc.post(f"/announcements/{here}/confirm", {"version": "1"})
        self._watch.restart()
        settled = partial(self.stands, posted=posted, wanted={"confirmed_version": "1", "people_asked": ""})
        what = f"the board has it confirmed by the store, and no number: fewer than {FEWEST} work there"
        self._watch.expect([LYON], what, settled)
        nadia = self._people[HEAD_OFFICE.key]
        board = "".join(nadia.get(f"/announcements/{posted.id}/{page}").text for page in ("board", "board.csv"))
        self._watch.expect_now(HEAD_OFFICE, "no name of Lyon is on the board", is_so=not any(name in board for name in _SAID_BY))

    def _read_in_nantes(self, posted: Posted) -> None:
        solene = self._people[NANTES.key]
        here = _listed(solene.get("/").text, posted)
        answer = solene.post(f"/announcements/{here}/acknowledge", {"version": "1"})
        self._watch.expect_now(NANTES, "Solène says for herself that she has understood", is_so=answer.status == HTTPStatus.SEE_OTHER)

    def _look_from_outside(self, posted: Posted) -> None:
        sent = self._people[HEAD_OFFICE.key].get(f"{posted.path}/egress").text
        stores = [site for site in self._members if site is not HEAD_OFFICE]
        is_kept = self._network.domain(PARTNER.key) not in sent and all(self._network.domain(site.key) in sent for site in stores)
        self._watch.expect_now(HEAD_OFFICE, "its ledger has it for every store, and nothing for the partner", is_so=is_kept)
        statuses = {self._eyes.signed(PARTNER, posted.uri, as_member=as_member).status for as_member in (True, False)}
        self._watch.expect_now(PARTNER, "its signature gets 404 for it", is_so=statuses == {HTTPStatus.NOT_FOUND})
        karim = self._people[PARTNER.key]
        pages = "".join(karim.get(path).text for path in ("/", "/notifications", "/announcements"))
        seeded = [one.title for one in ANNOUNCED.values()]
        is_absent = not any(words in pages for words in (posted.words, *seeded))
        self._watch.expect_now(PARTNER, "Karim has neither this one nor any that was announced before", is_so=is_absent)
        board = self._eyes.statuses(HEAD_OFFICE, f"/announcements/{posted.id}/board")
        is_closed = self._eyes.statuses(HEAD_OFFICE, posted.path) == {HTTPStatus.NOT_FOUND} and HTTPStatus.OK not in board
        self._watch.expect_now(HEAD_OFFICE, "a stranger gets neither it nor its board", is_so=is_closed)


def _listed(page: str, posted: Posted) -> str:
    """The id that an announcement has at a site, from what stands on top of somebody's home; empty where it does not wait for them."""
    block = re.search(r'<section[^>]* aria-labelledby="to-read".*?</section>', page, re.DOTALL)
    lines = re.findall(r'<a [^>]*href="/posts/([0-9A-Z]{26})"[^>]*>([^<]*)</a>', block[0]) if block else []
    return next((post_id for post_id, title in lines if posted.words in title), "")


def _is_said(page: str, name: str) -> bool:
    """Whether somebody is among those who have understood it, on the page of who answers for the site."""
    lines = re.findall(r"<li\b.*?</li>", page, re.DOTALL)
    return any(name in line and "compris" in line for line in lines)
