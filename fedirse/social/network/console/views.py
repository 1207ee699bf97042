"""The network put together for a page."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from fedirse import __version__
from fedirse.activitypub import uris
from fedirse.base.spreadsheets import render_table
from fedirse.site import Site
from fedirse.social.accounts.store import count_accounts
from fedirse.social.network import store
from fedirse.social.network.console.model import MemberLine, NetworkView
from fedirse.social.network.console.rules import find_own_clock
from fedirse.social.network.console.store import Exchange, list_exchanges
from fedirse.social.network.joining.requests.model import RequestState
from fedirse.social.network.joining.requests.store import list_requests
from fedirse.social.network.members.model import Told
from fedirse.social.network.members.rules import is_behind
from fedirse.social.network.members.store import list_facts
from fedirse.social.network.model import Attributes, Network
from fedirse.social.network.roster.model import Credential, Held, Roster
from fedirse.social.network.roster.rules import end_of, is_fresh, standing_of
from fedirse.social.network.roster.store import load_roster
from fedirse.storage.clocks import list_clocks
from fedirse.storage.transaction import Transaction

COLUMNS = (
    *("name", "host", "standing", "until", "region", "city", "brand", "format", "trades", "last_exchange", "silent_since", "waiting"),
    *("oldest_waiting", "version", "people", "clock_ahead_seconds"),
)


def view_network(tx: Transaction, site: Site, now: datetime) -> NetworkView | None:
    """The network this site is in; None when it is in none."""
    network = store.current_network(tx)
    if network is None:
        return None
    roster = load_roster(tx, network.uri)
    lines = lines_of(tx, site, roster, roster.held.values(), now)
    keys = store.list_trusted_keys(tx, network.uri)
    return NetworkView(
        network=network,
        host=uris.host_of(network.uri),
        key=keys[0].key if keys else "",
        lines=tuple(sorted(lines, key=lambda line: (line.until is None, not line.head_office, line.name.casefold(), line.member))),
        fresh=is_fresh(roster, now),
        known_at=roster.snapshot.issued if roster.snapshot is not None else None,
        waiting=_count_requests(tx, network),
        clock=find_own_clock(line.clock for line in lines if line.clock is not None),
    )


def lines_of(tx: Transaction, site: Site, roster: Roster, members: Iterable[Held], now: datetime) -> list[MemberLine]:
    """What is known of some sites of a network."""
    found = list(members)
    hosts, head_office = {uris.host_of(held.statement.member) for held in found}, uris.host_of(roster.network)
    exchanges, clocks = list_exchanges(tx, hosts), list_clocks(tx, hosts)
    told = {host: facts.told for host, facts in list_facts(tx, {*hosts, head_office}).items()}
    told[uris.host_of(site.uris.site_actor)] = Told(__version__, count_accounts(tx))
    newest = told.get(head_office, Told()).version
    lines = []
    for line in (_line(site, roster, held, now) for held in found):
        exchange, said = exchanges.get(line.host, Exchange()), told.get(line.host, Told())
        lines.append(
            replace(
                line,
                heard_at=exchange.heard_at,
                failing_since=exchange.failing_since,
                waiting=exchange.waiting,
                oldest_at=exchange.oldest_at,
                version=said.version,
                behind=is_behind(said.version, newest),
                people=said.people,
                clock=clocks.get(line.host),
            )
        )
    return lines


def render_csv(lines: Iterable[MemberLine]) -> str:
    """Sites as CSV, for programs: codes and dates, not words."""
    return render_table(COLUMNS, map(_row, lines))


def _line(site: Site, roster: Roster, held: Held, now: datetime) -> MemberLine:
    """What the head office says of a site; how it is doing is not in it yet."""
    statement = held.statement
    credential = statement if isinstance(statement, Credential) else None
    host = uris.host_of(statement.member)
    return MemberLine(
        member=statement.member,
        host=host,
        name=(credential.name if credential is not None else "") or host,
        attributes=credential.attributes if credential is not None else Attributes(),
        standing=standing_of(roster, statement.member, now),
        until=end_of(roster, credential) if credential is not None else None,
        own=statement.member == site.uris.site_actor,
        head_office=statement.member == roster.network,
        heard_at=None,
        failing_since=None,
        waiting=0,
        oldest_at=None,
    )


def _count_requests(tx: Transaction, network: Network) -> int:
    return len(list_requests(tx, RequestState.WAITING)) if network.head_office else 0


def _row(line: MemberLine) -> tuple[object, ...]:
    known = line.attributes
    return (
        *(line.name, line.host, line.standing.value, _date(line.until)),
        *(known.region, known.city, known.brand, known.format, ", ".join(sorted(known.trades))),
        *(_date(line.heard_at), _date(line.failing_since), line.waiting, _date(line.oldest_at)),
        *(line.version, "" if line.people is None else line.people, "" if line.clock is None else int(line.clock.total_seconds())),
    )


def _date(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()
