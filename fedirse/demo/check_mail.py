"""What must hold of an announcement by mail: who has proven an address gets title and link, and only the button of the page confirms."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Final

from fedirse.demo.cast import LYON, CastSite, owner_of
from fedirse.demo.check_announcing import CheckAnnouncing
from fedirse.demo.network import Network
from fedirse.demo.reader import read, send
from fedirse.demo.visitor import Visitor
from fedirse.demo.watch import Watch

MAIL_SECONDS: Final = 90.0
"""How long a mail may take: what is to be mailed is looked for about every half minute."""

_PROOF: Final = re.compile(r"http://[^/\s]+(/link/[\w-]+)\s")
_LINK: Final = re.compile(r"http://[^/\s]+(/link/announcement/[\w-]+)")
_UNDERSTOOD: Final = "J’ai lu et compris"  # noqa: RUF001 - French has its own apostrophe


class CheckMail:
    """The steps about mails, in their order.

    Args:
        network: running; its sites write mails into files.
        watch: keeps what is seen.
        announcing: how Nadia announces.
    """

    def __init__(self, network: Network, watch: Watch, announcing: CheckAnnouncing) -> None:
        self._network = network
        self._watch = watch
        self._announcing = announcing
        self._domain = network.domain(LYON.key)
        self._link = ""

    def read_and_confirm(self) -> None:
        """Inès proves an address, is mailed an announcement, opens the link and confirms. Raises NotFound for what is not so."""
        self._watch.begin("by mail")
        ines = Visitor(self._network, LYON, "ines")
        fields = {"language": "fr", "theme": "auto", "timezone": "", "email": f"ines@{LYON.key}.example"}
        ines.post("/settings/preferences", fields)
        self._watch.expect([LYON], "Inès is mailed a link that proves her address", self._is_proof_there)
        send(self._domain, self._link, b"", {"Content-Type": "application/x-www-form-urlencoded"})
        posted = self._announcing.publish("Par courriel")
        self._watch.expect([LYON], "she is mailed that there is an announcement", lambda _: self._finds(posted.words), MAIL_SECONDS)
        [mail] = [one for one in self._mails() if posted.words in str(one["Subject"])]
        self._watch.expect_now(LYON, "the mail has no word of its text", is_so="à l’équipe" not in _text(mail))  # noqa: RUF001
        pages = [read(self._domain, self._link).text for _ in range(2)]
        self._watch.expect_now(
            LYON,
            "the link, opened twice without signing in, confirms nothing",
            is_so=_UNDERSTOOD in pages[1] and _waits(ines, posted.words),
        )
        answer = send(self._domain, self._link, b"version=1", {"Content-Type": "application/x-www-form-urlencoded"})
        self._watch.expect_now(LYON, "its button does", is_so=_UNDERSTOOD not in answer.text and not _waits(ines, posted.words))

    def _is_proof_there(self, _site: CastSite) -> bool:
        found = [match[1] for mail in self._mails() if (match := _PROOF.search(_text(mail))) is not None]
        self._link = found[-1] if found else ""
        return bool(found)

    def _finds(self, words: str) -> bool:
        found = [match[1] for mail in self._mails() if words in str(mail["Subject"]) and (match := _LINK.search(_text(mail))) is not None]
        self._link = found[-1] if found else self._link
        return len(found) == 1

    def _mails(self) -> list[EmailMessage]:
        """The mails that were sent from there, the earliest first."""
        files = sorted(self._network.mails(owner_of(LYON.key)).glob("*.eml"))
        return [BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in files]


def _waits(who: Visitor, words: str) -> bool:
    """Whether it stands on top of somebody's home, to be read."""
    block = re.search(r'<section[^>]* aria-labelledby="to-read".*?</section>', who.get("/").text, re.DOTALL)
    return block is not None and words in block[0]


def _text(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    return str(plain.get_content()) if plain is not None else ""
