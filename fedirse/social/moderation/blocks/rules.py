"""Hosts as people type and list them. Pure."""

import csv
from typing import Final

from fedirse.activitypub import uris
from fedirse.base import limits
from fedirse.base.errors import InvalidInput, MalformedDocument
from fedirse.base.spreadsheets import plain_cell
from fedirse.social.moderation.blocks.model import BlockList, ListedHost

COLUMNS: Final = ("domain", "subdomains", "reason")
_YES: Final = frozenset({"1", "true", "yes", "oui"})
_REASONS: Final = ("reason", "public_comment", "comment")


def check_host_name(typed: str) -> str:
    """A typed host in the form it has in addresses. Raises InvalidInput."""
    try:
        return uris.host_of(f"https://{typed.strip().lower()}/")
    except MalformedDocument as error:
        raise InvalidInput(
            "“%(host)s” is not a host name: write it like mastodon.example.", reason="bad-host", field="host", host=typed[:200]
        ) from error


def is_under(host: str, blocked: str, *, subdomains: bool) -> bool:
    """Whether a block of `blocked` covers `host`; the port of a host says nothing about whose it is."""
    name, _, port = host.rpartition(":")
    bare = name if port.isdigit() else host
    return blocked in {host, bare} or (subdomains and bare.endswith(f".{blocked}"))


def check_other_host(host: str, own_host: str, *, subdomains: bool) -> None:
    """Raises InvalidInput for a block that would cover this site itself."""
    if is_under(own_host, host, subdomains=subdomains):
        raise InvalidInput("This site cannot block itself: %(host)s covers it.", reason="own-host", field="host", host=host)


def read_list(text: str, own_host: str) -> BlockList:
    """A list of blocks as this site writes it, as Mastodon does, or one host on each line.

    Lines that cannot be used are counted: no host name, this site itself, or a severity that is no block.

    Raises:
        InvalidInput: more bytes or more lines than a list may have, or nothing in it.
    """
    if len(text.encode()) > limits.BLOCK_LIST_BYTES:
        raise InvalidInput(
            "The list is larger than %(limit)s kB: cut it into several.",
            reason="list-too-large",
            field="list",
            limit=limits.BLOCK_LIST_BYTES // 1024,
        )
    rows = _rows(text.replace("\x00", "").lstrip("\ufeff"))
    names = [cell.strip().lstrip("#").lower() for cell in rows[0]] if rows else []
    lines = rows[1:] if "domain" in names else rows
    if len(lines) > limits.BLOCK_LIST_ROWS:
        raise InvalidInput(
            "The list has more than %(limit)s lines: cut it into several.",
            reason="list-too-long",
            field="list",
            limit=limits.BLOCK_LIST_ROWS,
        )
    known = names if "domain" in names else list(COLUMNS[:1])
    found = [_read_line(dict(zip(known, row, strict=False)), own_host) for row in lines]
    hosts = {listed.host: listed for listed in found if listed is not None}
    if not hosts:
        raise InvalidInput("There is no server in this list.", reason="empty-list", field="list")
    return BlockList(tuple(hosts.values()), sum(listed is None for listed in found))


def _rows(text: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InvalidInput("The list cannot be read: save it as CSV in UTF-8.", reason="list-not-csv", field="list") from error


def _read_line(cells: dict[str, str], own_host: str) -> ListedHost | None:
    # Mastodon lists softer measures too, and its blocks always cover what is below.
    severity = cells.get("severity", "").strip().lower()
    subdomains = bool(severity) or cells.get("subdomains", "").strip().lower() in _YES
    try:
        host = check_host_name(plain_cell(cells.get("domain", "")).removeprefix("*."))
        check_other_host(host, own_host, subdomains=subdomains)
    except InvalidInput:
        return None
    reason = next((plain_cell(cells[name]) for name in _REASONS if cells.get(name)), "")
    return ListedHost(host, subdomains, reason[: limits.REASON_CHARACTERS]) if severity in {"", "suspend"} else None
