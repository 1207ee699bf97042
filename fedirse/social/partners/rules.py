"""Decisions about partner channels. Pure."""

from html import escape

from fedirse.activitypub import uris
from fedirse.base import limits
from fedirse.base.errors import InvalidInput, MalformedDocument
from fedirse.social.partners.model import Words


def check_words(typed: Words) -> Words:
    """What a channel says of itself, as it is kept. Raises InvalidInput for no name, and for what is too long."""
    name, summary = " ".join(typed.name.split()), typed.summary.strip()
    if not name:
        raise InvalidInput("Give the channel a name, such as “Catalogue”.", reason="no-name", field="name")
    if len(name) > limits.NAME_LENGTH:
        raise InvalidInput("The name is longer than %(most)s characters.", reason="name-too-long", field="name", most=limits.NAME_LENGTH)
    if len(summary) > limits.BIO_LENGTH:
        raise InvalidInput(
            "This is longer than %(most)s characters: shorten it.", reason="summary-too-long", field="summary", most=limits.BIO_LENGTH
        )
    return Words(name, summary)


def paragraphs(words: str) -> str:
    """Plain words as the HTML of a profile, each line a paragraph."""
    return "".join(f"<p>{escape(line.strip())}</p>" for line in words.splitlines() if line.strip())


def check_other_host(typed: str, own_host: str) -> str:
    """A typed server in the form it has in addresses. Raises InvalidInput for what is none, and for this site."""
    name = typed.strip().lower().removeprefix("https://").rstrip("/")
    try:
        host = uris.host_of(f"https://{name}/")
    except MalformedDocument as error:
        raise InvalidInput(
            "“%(host)s” is not a host name: write it like mastodon.example.", reason="bad-host", field="host", host=typed[:200]
        ) from error
    if host == own_host:
        raise InvalidInput("The people of this site read the channel anyhow: name another server.", reason="own-host", field="host")
    return host
