"""What the check does at the sites: by `fedirse` commands in processes of their own, and by forms that somebody signed in sends."""

import json
import secrets
from dataclasses import dataclass
from http import HTTPStatus

from fedirse.base.errors import NotFound
from fedirse.demo.cast import CastSite, owner_of
from fedirse.demo.network import Network
from fedirse.demo.processes import Processes
from fedirse.demo.visitor import File, Visitor
from fedirse.demo.watch import Watch
from fedirse.social.audiences.model import AudienceKind


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


class Hands:
    """Acts, and lets the seconds of the watch begin anew each time.

    Args:
        network: running.
        processes: all of them.
        watch: keeps what is seen.
    """

    def __init__(self, network: Network, processes: Processes, watch: Watch) -> None:
        self._network = network
        self._processes = processes
        self._watch = watch

    def start(self, site: CastSite) -> None:
        """Start the process of a site, and wait until it answers."""
        self._processes.start(owner_of(site.key))
        self._processes.wait_ready(owner_of(site.key))
        self._watch.restart()

    def command(self, site: CastSite, *arguments: str) -> str:
        """Run a command of fedirse; returns what it printed."""
        said = self._network.command(site.key, *arguments)
        self._watch.restart()
        return said

    def post(self, site: CastSite, text: str, *options: str) -> Posted:
        """Publish a text, with words of its own, by command."""
        words = fresh_words()
        made = json.loads(self.command(site, "post", f"{text} {words}", "--json", *options))
        return Posted(words, made["uri"])

    def write(
        self, author: Visitor, text: str, audience: AudienceKind, *, answers: str = "", channel: str = "", file: File | None = None
    ) -> Posted:
        """Publish a text, with words of its own, as somebody does in the composer.

        Args:
            author: signed in.
            text: Markdown.
            audience: what they choose.
            answers: the id that the answered post has at their site.
            channel: handle of the partner channel it is written in.
            file: a picture to go with it.

        Raises:
            NotFound: it was not published.
        """
        words = fresh_words()
        fields = {"text": f"{text} {words}", "audience": audience.value, "asked": "1", "reply_to": answers, "channel": channel}
        answer = author.post("/posts", fields, files={"files": file} if file else None)
        if answer.status != HTTPStatus.SEE_OTHER:
            raise NotFound("not published", reason="not-seen", public_message=f"{author.site.name} answers {answer.status} to a new post.")
        self._watch.restart()
        return Posted(words, self._network.address(author.site, answer.location.partition("?")[0]))


def fresh_words() -> str:
    """Words that stand nowhere yet."""
    return f"Contrôle {secrets.token_hex(4)}"
