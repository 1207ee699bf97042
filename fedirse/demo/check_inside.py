"""What must hold of a network: a site joins it, what is for its members is seen by them and by nobody else, and a site that is removed
sees nothing new.

Everything is looked at over HTTP: pages of people who are signed in, documents as signed requests and strangers get them.
"""

import json
import re
import secrets
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

from fedirse.demo.cast import CHANNEL, GROUP, HEAD_OFFICE, LILLE, LYON, NEWCOMER, PARTNER, CastSite
from fedirse.demo.check_announcing import CheckAnnouncing
from fedirse.demo.content import SAID
from fedirse.demo.drawings import draw
from fedirse.demo.eyes import Eyes
from fedirse.demo.hands import Hands, Posted
from fedirse.demo.membership import KNOWN_BY, NETWORK_NAME
from fedirse.demo.network import Network
from fedirse.demo.reader import DOCUMENT, FEED, HTML, Answer, card_with, read
from fedirse.demo.visitor import Visitor
from fedirse.demo.watch import Watch
from fedirse.social.audiences.model import AudienceKind

HISTORY_SECONDS: Final = 75.0
"""How long a new member may wait for what was said before: it looks every half minute whether there is something to fetch."""

MEMBERS: Final = (*GROUP, NEWCOMER)
_ROW: Final = re.compile(r"<tr>.*?</tr>", re.DOTALL)
_INVITATION: Final = re.compile(r"http://[a-z.:0-9]+/network/invitations/[^\s\"<&#]+#z\w+")
_WORDS: Final = re.compile(r'class="network-(?:words|four)">([^<]+)<')
_FORM: Final = re.compile(r"<form.*?</form>", re.DOTALL)
_ASKS: Final = re.compile(r'name="actor" value="([^"]+)".*value="approve"', re.DOTALL)
_CHANNEL_PAGE: Final = f"/site/partners/{CHANNEL.handle}"
_SERIAL: Final = re.compile(r'name="serial" value="(\d+)"')
_PICTURE: Final = re.compile(r'src="(/posts/[0-9A-Z]{26}/pictures/[^"]+)"')
_NOWHERE: Final = {HTTPStatus.NOT_FOUND}


class CheckInside:
    """The steps about the network, in their order.

    Args:
        network: seeded, with all its processes running.
        watch: keeps what is seen.
        hands: act.
        eyes: look.
    """

    def __init__(self, network: Network, watch: Watch, hands: Hands, eyes: Eyes) -> None:
        self._network = network
        self._watch = watch
        self._hands = hands
        self._eyes = eyes
        self._people: Mapping[str, Visitor] = {}

    def open(self) -> tuple[Posted, Posted]:
        """A site joins, and things are said in the network. Returns what was for its members, and what was announced to them.

        Raises:
            NotFound: for the first thing that is not as it should be; as all the steps.
        """
        self.sign_in()
        self.join()
        inside = self.keep_inside()
        self.reach_partners(inside)
        return inside, self.announcing.announce()

    def close(self, inside: Posted, announced: Posted) -> None:
        """What takes a while has happened by now; then the site is removed."""
        self.bring_history()
        self.announcing.count(announced)
        self.remove(inside)

    @property
    def announcing(self) -> CheckAnnouncing:
        """The steps about announcements, by the same people."""
        return CheckAnnouncing(self._network, self._watch, self._eyes, MEMBERS, self._people)

    def sign_in(self) -> None:
        """Who answers for each site opens a browser."""
        self._people = {site.key: Visitor(self._network, site, _who_answers(site)) for site in (*MEMBERS, PARTNER)}

    def join(self) -> None:
        """The head office invites; the newcomer asks with the invitation, is let in, and is a member everywhere."""
        self._watch.begin("5 joining")
        host = self._network.domain(NEWCOMER.key)
        self._watch.expect_now(NEWCOMER, "it is in no network yet", is_so=not self._counts(NEWCOMER))
        nadia, camille = self._people[HEAD_OFFICE.key], self._people[NEWCOMER.key]
        known = KNOWN_BY[NEWCOMER.key]
        wish = {"note": NEWCOMER.name, "uses": "1", "days": "14", "city": known.city, "region": known.region, "format": known.format}
        made = nadia.post("/site/network/invitations/new", wish)
        link = next(iter(_INVITATION.findall(made.text)), "")
        self._watch.expect_now(HEAD_OFFICE, "it shows the invitation it made", is_so=bool(link))
        review = camille.post("/site/network/join", {"link": link})
        is_same = bool(set(_WORDS.findall(made.text)) & set(_WORDS.findall(review.text))) and NETWORK_NAME in review.text
        self._watch.expect_now(NEWCOMER, "it says which network invites, with the four words that the head office sees", is_so=is_same)
        camille.post("/site/network/join/ask", {"link": link})
        self._watch.restart()
        waits = lambda _: host in nadia.get("/site/network/requests").text  # noqa: E731 - as short as what it says
        self._watch.expect([HEAD_OFFICE], "Annecy waits for an answer", waits)
        nadia.post("/site/network/requests/approve", {"site": self._network.address(NEWCOMER, "/actor")})
        self._watch.restart()
        self._watch.expect(MEMBERS, "its console has Annecy as a member", partial(self._has_as_member, host=host))
        self._watch.expect([NEWCOMER], "its console has all the others too", lambda site: self._counts(site) == len(MEMBERS))

    def keep_inside(self) -> Posted:
        """What is for the network is read at every site of it, and neither the partner nor a stranger gets any of it anywhere."""
        self._watch.begin("6 for the network")
        tag = f"controle{secrets.token_hex(3)}"
        nadia, marc = self._people[HEAD_OFFICE.key], self._people[LYON.key]
        file = ("table.jpg", draw("grande-table"))
        inside = self._hands.write(nadia, f"Ceci reste entre nous. #{tag}", AudienceKind.NETWORK, file=file)
        self._watch.expect(MEMBERS, "who answers for it reads the post at home", lambda site: self._people[site.key].reads(inside.words))
        here = marc.find(inside.words) or ""
        answer = self._hands.write(marc, "Bien reçu à Lyon, et ça reste ici.", AudienceKind.NETWORK, answers=here)
        for site in (HEAD_OFFICE, LILLE):
            self._watch.expect([site], "the thread shows the answer from Lyon", lambda site: self._in_thread(site, inside, answer))
        last = self._hands.write(nadia, f"Et ceci est pour tout le monde, @karim@{self._network.domain(PARTNER.key)}.", AudienceKind.PUBLIC)
        profile = f"/@nadia@{self._network.domain(HEAD_OFFICE.key)}"
        has_come = lambda site: self._people[site.key].reads(last.words, profile)  # noqa: E731 - as short as what it says
        self._watch.expect([PARTNER], "Karim reads what Nadia posted last, which is public", has_come)
        self._look_from_outside(inside, answer, tag, here)
        return inside

    def _look_from_outside(self, inside: Posted, answer: Posted, tag: str, here: str) -> None:
        """Seven ways to come across a post, each shown to work for a member first; then for the partner and for a stranger."""
        marc, karim = self._people[LYON.key], self._people[PARTNER.key]
        find = f"/search?q={quote(inside.words)}"
        self._compare(
            "search", LYON, marc.get(find), [karim.get(find), karim.get(f"/search?q={quote(inside.uri)}"), *self._strangers(find)], inside
        )
        page = f"/tags/{tag}"
        self._compare("tag page", LYON, marc.get(page), [karim.get(page), *self._strangers(page)], inside)
        feeds = ("/feed.rss", "/feed", "/@nadia/feed.rss", f"/tags/{tag}/feed.rss")
        self._expect_nothing("RSS", [read(self._network.domain(HEAD_OFFICE.key), feed, accept=FEED) for feed in feeds], inside, answer)
        self._expect_nothing("RSS", [karim.get(feed) for feed in (*feeds[:2], feeds[3])], inside, answer, at=PARTNER)
        boost = marc.post(f"/posts/{here}/boost", {})
        shown = [karim.get("/"), karim.get(f"/@marc@{self._network.domain(LYON.key)}"), *self._strangers("/@marc")]
        is_refused = boost.status >= HTTPStatus.BAD_REQUEST
        self._watch.expect_now(LYON, f"boost: it is refused to Marc ({boost.status})", is_so=is_refused)
        self._expect_nothing("boost", shown, inside, answer, at=PARTNER)
        self._expect_no_document("reply", answer.uri)
        self._expect_no_document("reply", f"{inside.uri}/replies")
        self._expect_no_media(marc.get(f"/posts/{here}"))
        self._expect_no_file(inside.uri)
        self._expect_no_document("ActivityPub fetch", inside.uri)

    def reach_partners(self, inside: Posted) -> None:
        """Somebody of the supplier is let into the channel and reads what is said in it, and nothing for the network besides."""
        self._watch.begin("7 for partners")
        odile = Visitor(self._network, PARTNER, "odile")
        own = f"@odile@{self._network.domain(PARTNER.key)}"
        channel = f"@{CHANNEL.handle}@{self._network.domain(HEAD_OFFICE.key)}"
        odile.get(f"/search?q={quote(channel)}")
        odile.post(f"/{channel}/follow", {})
        self._watch.restart()
        self._watch.expect([HEAD_OFFICE], "Odile waits for an answer", lambda _: bool(self._asking(own)))
        before = self._write_in_channel("Entre partenaires, comme chaque lundi.")
        self._watch.expect([PARTNER], "Karim, a partner, reads it at home", lambda site: self._people[site.key].reads(before.words))
        self._watch.expect_now(PARTNER, "Odile, who waits, does not", is_so=not odile.reads(before.words))
        self._people[HEAD_OFFICE.key].post(f"{_CHANNEL_PAGE}/answer", {"answer": "approve", "actor": self._asking(own)})
        self._watch.restart()
        after = self._write_in_channel("Bienvenue, et à lire entre partenaires.")
        self._watch.expect([PARTNER], "let in, Odile reads the next one at home", lambda _: odile.reads(after.words))
        given = self._eyes.signed(PARTNER, after.uri)
        is_theirs = given.status == HTTPStatus.OK and _is_for_followers_alone(json.loads(given.text))
        self._watch.expect_now(
            PARTNER, "its signature is given it, addressed to the followers of the channel and to nobody else", is_so=is_theirs
        )
        members = {self._eyes.signed(LYON, after.uri, as_member=as_member).status for as_member in (True, False)}
        self._watch.expect_now(LYON, "its signature gets 404: a store is no partner", is_so=members == _NOWHERE)
        self._watch.expect_now(HEAD_OFFICE, "a stranger gets 404", is_so=self._eyes.statuses(HEAD_OFFICE, after.path) == _NOWHERE)
        unseen = self._eyes.signed(PARTNER, inside.uri).status == HTTPStatus.NOT_FOUND and not odile.reads(inside.words)
        self._watch.expect_now(PARTNER, "a partner still gets nothing of what is for the network", is_so=unseen)

    def _write_in_channel(self, text: str) -> Posted:
        nadia = self._people[HEAD_OFFICE.key]
        return self._hands.write(nadia, text, AudienceKind.PARTNERS, channel=CHANNEL.handle)

    def _asking(self, address: str) -> str:
        """What the page of the channel calls whoever asks to be let in; empty when they do not."""
        page = self._people[HEAD_OFFICE.key].get(_CHANNEL_PAGE).text
        return next((found[1] for form in _FORM.findall(page) if address in page and (found := _ASKS.search(form))), "")

    def bring_history(self) -> None:
        """What was said before the newcomer joined has come there by itself meanwhile, as far as it is for it."""
        self._watch.begin("11 history")
        camille = self._people[NEWCOMER.key]
        for key, whom in (("inventaire", "the network"), ("essai-livraison", "a selection that it is in")):
            words = SAID[key].title or SAID[key].text.partition(",")[0]
            has_come = lambda _, words=words: camille.reads(words) or camille.reads(words, "/network")  # noqa: E731 - as short as above
            self._watch.expect([NEWCOMER], f"what was said before to {whom} is there", has_come, HISTORY_SECONDS)

    def remove(self, inside: Posted) -> None:
        """The head office removes the newcomer: it is a member nowhere, gets nothing new, and is given nothing it asks for."""
        self._watch.begin("12 removal")
        given = self._eyes.signed(NEWCOMER, inside.uri, as_member=True)
        self._watch.expect_now(NEWCOMER, "as a member it is given what is for the network", is_so=inside.words in given.text)
        host = self._network.domain(NEWCOMER.key)
        page, nadia = f"/site/network/members/{host}/remove", self._people[HEAD_OFFICE.key]
        nadia.post(page, {"serial": next(iter(_SERIAL.findall(nadia.get(page).text)), "")})
        self._watch.restart()
        self._watch.expect(GROUP, "its console has Annecy as a member no more", lambda site: not self._has_as_member(site, host))
        self._watch.expect([NEWCOMER], "it is in no network any more", lambda site: not self._counts(site))
        later = self._hands.write(nadia, "Sans Annecy.", AudienceKind.NETWORK)
        self._watch.expect(GROUP, "who answers for it reads the next post", lambda site: self._people[site.key].reads(later.words))
        sent = nadia.get(f"{later.path}/egress").text
        is_kept = host not in sent and all(self._network.domain(site.key) in sent for site in GROUP[1:])
        self._watch.expect_now(HEAD_OFFICE, "its ledger has the post for every store, and none for Annecy", is_so=is_kept)
        self._watch.expect_now(NEWCOMER, "nobody reads it there", is_so=later.words not in self._pages_of(NEWCOMER))
        for posted, which in ((later, "the next post"), (inside, "the one from before")):
            statuses = {self._eyes.signed(NEWCOMER, posted.uri, as_member=as_member).status for as_member in (True, False)}
            self._watch.expect_now(NEWCOMER, f"its signature gets 404 for {which}", is_so=statuses == _NOWHERE)

    def _compare(self, view: str, inside: CastSite, control: Answer, outside: list[Answer], posted: Posted) -> None:
        """That a view shows the post to a member, and not to others."""
        self._watch.expect_now(inside, f"{view}: a member finds it", is_so=card_with(control.text, posted.words) is not None)
        self._expect_nothing(view, outside, posted, posted, at=PARTNER)

    def _expect_nothing(self, view: str, answers: list[Answer], *posted: Posted, at: CastSite = HEAD_OFFICE) -> None:
        found = [answer for answer in answers if answer.status == 0 or any(_shows(answer.text, one) for one in posted)]
        self._watch.expect_now(at, f"{view}: neither the partner nor a stranger finds it", is_so=not found)

    def _expect_no_document(self, view: str, uri: str) -> None:
        """That the address leads members somewhere, and nobody else anywhere."""
        given = self._eyes.signed(LILLE, uri, as_member=True)
        self._watch.expect_now(LILLE, f"{view}: the signature of a member is given it", is_so=given.status == HTTPStatus.OK)
        for as_member, key in ((False, "usual"), (True, "newer")):
            status = self._eyes.signed(PARTNER, uri, as_member=as_member).status
            self._watch.expect_now(PARTNER, f"{view}: its signature with its {key} key gets 404", is_so=status == HTTPStatus.NOT_FOUND)
        address = urlsplit(uri)
        statuses = {read(address.netloc, address.path, accept=accept).status for accept in (HTML, DOCUMENT)}
        self._watch.expect_now(HEAD_OFFICE, f"{view}: a stranger gets 404", is_so=statuses == _NOWHERE)

    def _expect_no_media(self, at_lyon: Answer) -> None:
        """That the picture of the post is answered to a reader at either site, and to nobody from outside."""
        for site, page, pattern in ((LYON, at_lyon, _PICTURE),):
            path = next(iter(pattern.findall(page.text)), "/none").replace("&amp;", "&").partition("?")[0]
            seen = self._people[site.key].get(path, accept="image/*").status
            self._watch.expect_now(site, "media address: a reader there sees the picture", is_so=seen == HTTPStatus.OK)
            unseen = read(self._network.domain(site.key), path, accept="image/*").status
            self._watch.expect_now(site, "media address: a stranger gets 404", is_so=unseen == HTTPStatus.NOT_FOUND)
            signed = self._eyes.signed(PARTNER, self._network.address(site, path), accept="image/*").status
            self._watch.expect_now(PARTNER, f"media address: its signature gets 404 at {site.key}", is_so=signed == HTTPStatus.NOT_FOUND)

    def _expect_no_file(self, uri: str) -> None:
        """That the address of the picture at its own site opens for members, and not for whoever is handed it."""
        document = json.loads(self._eyes.signed(LILLE, uri, as_member=True).text)
        [address] = [file["url"] for file in document["attachment"]]
        given = self._eyes.signed(LILLE, address, as_member=True, accept="*/*").status
        self._watch.expect_now(LILLE, "media address: the signature of a member opens it", is_so=given == HTTPStatus.OK)
        for as_member, key in ((False, "usual"), (True, "newer")):
            status = self._eyes.signed(PARTNER, address, as_member=as_member, accept="*/*").status
            self._watch.expect_now(PARTNER, f"media address: handed it, its {key} key gets 404", is_so=status == HTTPStatus.NOT_FOUND)
        parts = urlsplit(address)
        handed = read(parts.netloc, parts.path, accept="*/*").status
        self._watch.expect_now(HEAD_OFFICE, "media address: handed it, a stranger gets 404", is_so=handed == HTTPStatus.NOT_FOUND)

    def _strangers(self, path: str) -> list[Answer]:
        """The page as nobody in particular sees it, at the head office and at a store."""
        return [read(self._network.domain(site.key), path) for site in (HEAD_OFFICE, LYON)]

    def _in_thread(self, site: CastSite, posted: Posted, answer: Posted) -> bool:
        reader = self._people[site.key]
        found = reader.find(posted.words)
        return found is not None and reader.reads(answer.words, f"/posts/{found}")

    def _pages_of(self, site: CastSite) -> str:
        return "".join(self._people[site.key].get(path).text for path in ("/", "/local", "/notifications"))

    def _console(self, site: CastSite) -> list[str]:
        return _ROW.findall(self._people[site.key].get("/site/network").text)

    def _has_as_member(self, site: CastSite, host: str) -> bool:
        return any(host in row and _is_member(row) for row in self._console(site))

    def _counts(self, site: CastSite) -> int:
        """How many members the console of a site has; 0 where it is in no network."""
        return sum(_is_member(row) for row in self._console(site))


def _is_member(row: str) -> bool:
    return re.search(r">\s*membre\s*<", row) is not None


def _shows(text: str, posted: Posted) -> bool:
    """Whether a page or a feed has the post. On a page what somebody searched for stands also where nothing was found."""
    is_page = "<html" in text
    return card_with(text, posted.words) is not None if is_page else posted.words in text or posted.id in text


def _is_for_followers_alone(document: Mapping[str, object]) -> bool:
    """Whether a post is its author's to their followers: these are whom it is addressed to, and nobody is copied in."""
    author = str(document.get("attributedTo", ""))
    to, cc = document.get("to", []), document.get("cc", [])
    return f"/{CHANNEL.handle}" in author and to in ([f"{author}/followers"], f"{author}/followers") and not cc


def _who_answers(site: CastSite) -> str:
    return next(person.handle for person in site.people if person.answers_for_the_site)
