"""`fedirse queue`."""

from datetime import datetime
from typing import Annotated

import typer

from fedirse.base.errors import InvalidInput
from fedirse.commanding import AsJson, Domain, Root, shell, show, show_one
from fedirse.features.care.queue import actions
from fedirse.features.care.queue.model import QueuedPeer
from fedirse.features.care.queue.rules import explain
from fedirse.features.care.queue.store import list_queue
from fedirse.site import Site

queue = typer.Typer(no_args_is_help=True, help="What waits to be sent, by peer.")

Peer = Annotated[str | None, typer.Option("--peer", help="Only this server, like mastodon.example.")]


@queue.command("list")
def list_(context: typer.Context, root: Root, domain: Domain = None, peer: Peer = None, as_json: AsJson = False) -> None:
    """Show the servers that something waits for: how much, since when, what they last said, and when they are tried next.

    With --json the last answer stands there as it was written down, with its code.
    """

    async def work(site: Site) -> list[QueuedPeer]:
        return await site.read(list_queue, _host(peer))

    rows = [(_row if as_json else _words)(found) for found in shell(context).on_site(root, domain, work)]
    show(rows, as_json=as_json, empty="Nothing waits to be sent.")


@queue.command("retry")
def retry(context: typer.Context, root: Root, domain: Domain = None, peer: Peer = None, as_json: AsJson = False) -> None:
    """Try what waits at once, for one server or for all of them."""

    async def work(site: Site) -> int:
        return await site.write(actions.retry, site, _host(peer), site.clock.now())

    count = shell(context).on_site(root, domain, work)
    show_one({"deliveries": count}, f"Deliveries that are tried now: {count}.", as_json=as_json)


@queue.command("drop")
def drop(
    context: typer.Context,
    root: Root,
    domain: Domain = None,
    peer: Peer = None,
    sure: Annotated[bool, typer.Option("--yes", help="Really: what is dropped is never sent.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give up what waits, for one server or for all of them. It stays in the ledger as dropped."""
    if not sure:
        raise InvalidInput("What is dropped is never sent. Look at it with `fedirse queue list`, then add --yes.", reason="not-sure")

    async def work(site: Site) -> int:
        return await site.write(actions.drop, _host(peer), site.clock.now())

    count = shell(context).on_site(root, domain, work)
    show_one({"deliveries": count}, f"Deliveries that were dropped: {count}.", as_json=as_json)


def _host(typed: str | None) -> str | None:
    return typed.strip().lower() if typed else None


def _date(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if value else ""


def _words(peer: QueuedPeer) -> dict[str, object]:
    """A line for people."""
    answer = None if peer.last_error is None else explain(peer.last_error, peer.last_status)
    return {
        "server": peer.host,
        "waiting": peer.waiting,
        "oldest": _date(peer.oldest_at),
        "next try": "now" if peer.sending else _date(peer.next_attempt_at) or "none",
        "failing since": _date(peer.failing_since),
        "last answer": answer.sentence % answer.words if answer else "none yet",
    }


def _row(peer: QueuedPeer) -> dict[str, object]:
    """A line for scripts."""
    return {
        "peer": peer.host,
        "waiting": peer.waiting,
        "oldest": _date(peer.oldest_at),
        "next_try": "now" if peer.sending else _date(peer.next_attempt_at),
        "breaker": peer.breaker,
        "failures": peer.failures,
        "failing_since": _date(peer.failing_since),
        "last_error": peer.last_error or "",
        "last_status": peer.last_status,
    }
