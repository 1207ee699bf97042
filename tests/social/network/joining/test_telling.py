"""Who hears that a site waits to be let in, and what became of it; and what stands in the audit logs."""

import pytest

from fedirse.base.roles import Role
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.store import disable_account, get_account
from fedirse.social.network.joining.actions import leave
from fedirse.social.network.joining.requests.actions import approve, refuse
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.mutes.store import save_mute
from fedirse.social.notifications.store import list_notifications
from fedirse.storage.actors import find_local_actor, get_actor
from fedirse.storage.audit import list_entries
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, Network
from tests.social.network.joining.networks import OPERATOR, ask, head_office, invited

ROLES = {"owner": Role.NETWORK_OWNER, "former": Role.NETWORK_OWNER, "marc": Role.ADMINISTRATOR, "paul": Role.COMMUNICATOR}


@pytest.fixture
async def siege(wire: Network) -> Site:
    site = await head_office(wire)
    await people(site, *ROLES)
    return site


@pytest.fixture
async def lyon(wire: Network) -> Site:
    site = await wire.add("lyon.example", name="Aubrelle Lyon")
    await people(site, "marc", "ines")
    return site


async def people(site: Site, *handles: str) -> None:
    for handle in handles:
        roles = (ROLES.get(handle, Role.AUTHOR),)
        await site.write(create_account, site, handle, handle.title(), None, START, roles=roles)


async def heard(site: Site, handle: str) -> list[tuple[NotificationKind, str]]:
    """What somebody of a site was told, and about which server, the latest first."""

    def read(tx: Transaction) -> list[tuple[NotificationKind, str]]:
        person = find_local_actor(tx, handle)
        assert person is not None
        return [(one.kind, get_actor(tx, one.actor_id).host) for one in list_notifications(tx, person.id)]

    return await site.read(read)


async def deeds(site: Site) -> list[tuple[str, str]]:
    """What stands in the audit log, and as whose deed, the oldest first."""
    return [(one.deed, one.who) for one in reversed(await site.read(list_entries))]


async def test_whoever_decides_hears_that_a_site_waits_until_somebody_has_decided(wire: Network, siege: Site, lyon: Site) -> None:
    link = await invited(siege, uses=2)
    for _ in range(2):
        await ask(lyon, link)
        await wire.settle()
        told = {who: await heard(siege, who) for who in ("owner", "marc", "paul")}
        assert told == {"owner": [(NotificationKind.SITE_WAITS, "lyon.example")], "marc": [], "paul": []}
    await siege.write(approve, siege, lyon.uris.site_actor, START, OPERATOR)
    await wire.settle()
    assert await heard(siege, "owner") == []
    assert await heard(lyon, "marc") == [(NotificationKind.LET_IN, "siege.example")]
    assert await heard(lyon, "ines") == []
    assert await deeds(lyon) == [("network.asked", "operator")] * 2 + [("network.let-us-in", "siege.example")]


async def test_who_runs_a_site_hears_that_it_was_not_let_in(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege))
    await wire.settle()
    await siege.write(refuse, siege, lyon.uris.site_actor, START, OPERATOR)
    await wire.settle()
    assert await heard(siege, "owner") == []
    assert await heard(lyon, "marc") == [(NotificationKind.NOT_LET_IN, "siege.example")]
    assert (await deeds(lyon))[-1] == ("network.refused-us", "siege.example")


async def test_a_site_that_changes_its_mind_waits_in_nobodys_news(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege))
    await wire.settle()
    assert len(await heard(siege, "owner")) == 1
    await lyon.write(leave, lyon, START, OPERATOR)
    await wire.settle()
    assert await heard(siege, "owner") == []


async def test_a_mute_hides_no_site_that_waits_and_who_has_no_account_any_more_is_told_nothing(
    wire: Network, siege: Site, lyon: Site
) -> None:
    muted = await siege.actors.fetch(lyon.uris.site_actor)

    def prepare(tx: Transaction) -> None:
        save_mute(tx, get_account(tx, "owner").actor_id, muted.id, START)
        disable_account(tx, get_account(tx, "former").id, START)

    await siege.write(prepare)
    await ask(lyon, await invited(siege))
    await wire.settle()
    assert (len(await heard(siege, "owner")), await heard(siege, "former")) == (1, [])


async def test_an_invitation_that_lets_in_at_once_is_told_to_the_site_and_stands_in_the_audit_log(
    wire: Network, siege: Site, lyon: Site
) -> None:
    await ask(lyon, await invited(siege, approved=True, note="Lyon"))
    await wire.settle()
    [entry] = [one for one in await siege.read(list_entries) if one.deed == "member.joined"]
    assert (entry.subject, entry.who, entry.details) == (lyon.uris.site_actor, "lyon.example", {"note": "Lyon"})
    assert await heard(siege, "owner") == []
    assert await heard(lyon, "marc") == [(NotificationKind.LET_IN, "siege.example")]
