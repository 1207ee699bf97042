"""What a head office says is numbered, signed, and read the same by everybody else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedirse.activitypub.signatures import load_multikey, multikey
from fedirse.base.errors import Conflict, InvalidInput, NotFound
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.authority import actions
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.authority.stating.actions import state_membership, state_removal, state_roster
from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.model import Credential, Roster, Standing
from fedirse.social.network.roster.rules import digest_of, learn, learn_snapshot, standing_of
from fedirse.social.network.roster.store import find_snapshot_document, list_documents_after, load_roster
from fedirse.social.network.roster.wire import NetworkKeys, read_snapshot, read_statement
from fedirse.storage.audit import list_entries
from fedirse.storage.transaction import Transaction
from tests.federation.network import running_network
from tests.social.network.roster.test_wire import fresh_key

LYON, NANTES = "https://lyon.example/actor", "https://nantes.example/actor"
MARC = Decider("1", "marc")
SUD = Attributes(region="Sud", city="Lyon")


@pytest.fixture
async def siege(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_network(tmp_path) as network:
        yield await network.add("siege.example", head_office=True)


def trusted(tx: Transaction, site: Site) -> NetworkKeys:
    return {key.uri: load_multikey(key.key) for key in store.list_trusted_keys(tx, site.uris.site_actor)}


async def admit(site: Site, member: str, **changes: object) -> Credential:
    def write(tx: Transaction) -> Credential:
        wanted = {"name": "Lyon", "attributes": SUD, "key": multikey(fresh_key().public), "now": site.clock.now()} | changes
        return state_membership(tx, site, member, **wanted)  # type: ignore[arg-type]

    return await site.write(write)


async def test_what_it_says_is_known_elsewhere_as_it_is_here(siege: Site) -> None:
    now = siege.clock.now()
    await siege.write(found_network, siege, "Maison Aubrelle", now)
    await admit(siege, LYON)
    await admit(siege, NANTES)
    await admit(siege, LYON, suspended=True)
    await siege.write(state_removal, siege, NANTES, now)
    await siege.write(state_roster, siege, now)

    def elsewhere(tx: Transaction) -> tuple[Roster, Roster]:
        keys = trusted(tx, siege)
        roster = Roster(siege.uris.site_actor)
        for document in list_documents_after(tx, siege.uris.site_actor, 0, limit=100):
            roster, _ = learn(roster, read_statement(document, keys), now)
        roster, _ = learn_snapshot(roster, read_snapshot(find_snapshot_document(tx, siege.uris.site_actor) or {}, keys), now)
        return roster, load_roster(tx, siege.uris.site_actor)

    there, here = await siege.read(elsewhere)
    assert digest_of(there) == digest_of(here)
    assert standing_of(there, siege.uris.site_actor, now) is Standing.IN_FORCE
    assert standing_of(there, LYON, now) is Standing.SUSPENDED
    assert standing_of(there, NANTES, now) is Standing.REMOVED


async def test_every_statement_takes_the_next_number_and_a_member_keeps_its_id(siege: Site) -> None:
    await siege.write(found_network, siege, "Maison Aubrelle", siege.clock.now())
    first, second = await admit(siege, LYON), await admit(siege, LYON, name="Lyon Presqu’île")
    assert (second.id, second.serial) == (first.id, first.serial + 1)
    assert (await siege.write(state_roster, siege, siege.clock.now())).serial == second.serial + 1


async def test_a_network_is_made_once_by_a_head_office_and_has_a_name(siege: Site, tmp_path: Path) -> None:
    now = siege.clock.now()
    with pytest.raises(InvalidInput):
        await siege.write(found_network, siege, "  ", now)
    with pytest.raises(NotFound):
        await siege.write(state_roster, siege, now)
    await siege.write(found_network, siege, "Maison Aubrelle", now)
    with pytest.raises(Conflict):
        await siege.write(found_network, siege, "Encore une", now)
    async with running_network(tmp_path / "other") as other:
        lyon = await other.add("lyon.example")
        with pytest.raises(Conflict):
            await lyon.write(found_network, lyon, "Maison Aubrelle", now)


async def test_only_a_member_is_removed_and_never_the_head_office(siege: Site) -> None:
    now = siege.clock.now()
    await siege.write(found_network, siege, "Maison Aubrelle", now)
    with pytest.raises(NotFound):
        await siege.write(state_removal, siege, LYON, now)
    with pytest.raises(Conflict):
        await siege.write(state_removal, siege, siege.uris.site_actor, now)
    await admit(siege, LYON)
    await siege.write(state_removal, siege, LYON, now)
    with pytest.raises(Conflict):
        await siege.write(state_removal, siege, LYON, now)
    await admit(siege, LYON)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "z6Mk"},
        {"attributes": Attributes(region="S" * 201)},
        {"attributes": Attributes(trades=frozenset(str(number) for number in range(21)))},
    ],
    ids=["key", "long", "trades"],
)
async def test_what_others_could_not_read_is_not_signed(siege: Site, changes: dict[str, object]) -> None:
    await siege.write(found_network, siege, "Maison Aubrelle", siege.clock.now())
    with pytest.raises(InvalidInput):
        await admit(siege, LYON, **changes)


class TestDecisions:
    """What is decided is stated, told and written down; what cannot be decided changes nothing."""

    async def test_a_member_is_changed_suspended_restored_and_removed(self, siege: Site) -> None:
        now = siege.clock.now()
        await siege.write(found_network, siege, "Maison Aubrelle", now)
        key = multikey(fresh_key().public)
        first = await siege.write(actions.admit, siege, LYON, name="Lyon", attributes=SUD, key=key, now=now, by=MARC)
        changed = await siege.write(actions.change, siege, LYON, name="Lyon Part-Dieu", now=now, by=MARC)
        assert (changed.attributes, changed.key, changed.name) == (first.attributes, key, "Lyon Part-Dieu")
        assert (await siege.write(actions.suspend, siege, LYON, now=now, by=MARC)).suspended
        restored = await siege.write(actions.restore, siege, LYON, now=now, by=MARC)
        assert (restored.suspended, restored.name, restored.id) == (False, "Lyon Part-Dieu", first.id)
        await siege.write(actions.remove, siege, LYON, now=now, by=MARC)
        entries = await siege.read(list_entries)
        assert [entry.deed for entry in entries] == [
            f"member.{deed}" for deed in ("removed", "restored", "suspended", "changed", "admitted")
        ]
        assert {(entry.who, entry.account_id, entry.subject) for entry in entries} == {("marc", "1", LYON)}

    async def test_what_an_invitation_decides_nobody_is_said_to_have_done(self, siege: Site) -> None:
        now = siege.clock.now()
        await siege.write(found_network, siege, "Maison Aubrelle", now)
        await siege.write(actions.admit, siege, LYON, name="Lyon", attributes=SUD, key=multikey(fresh_key().public), now=now)
        assert await siege.read(list_entries) == []

    async def test_what_cannot_be_decided_is_refused_and_changes_nothing(self, siege: Site) -> None:
        now = siege.clock.now()
        await siege.write(found_network, siege, "Maison Aubrelle", now)
        await admit(siege, LYON)
        before = digest_of(await siege.read(load_roster, siege.uris.site_actor))
        for decide in (actions.change, actions.suspend, actions.restore, actions.remove):
            with pytest.raises(NotFound):
                await siege.write(decide, siege, NANTES, now=now, by=MARC)
        for decide in (actions.suspend, actions.remove):
            with pytest.raises(Conflict):
                await siege.write(decide, siege, siege.uris.site_actor, now=now, by=MARC)
        with pytest.raises(Conflict):
            await siege.write(actions.restore, siege, LYON, now=now, by=MARC)
        assert digest_of(await siege.read(load_roster, siege.uris.site_actor)) == before
        assert await siege.read(list_entries) == []
        await siege.write(actions.suspend, siege, LYON, now=now, by=MARC)
        with pytest.raises(Conflict):
            await siege.write(actions.suspend, siege, LYON, now=now, by=MARC)
