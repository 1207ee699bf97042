"""A restore brings nothing back that has ended since the backup: no session, no link, no person who was erased, no name for somebody else."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.base.errors import Conflict
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account, create_token, enable
from fedirse.social.accounts.rules import digest_of
from fedirse.social.accounts.sessions.actions import open_session
from fedirse.social.accounts.sessions.store import find_session
from fedirse.social.accounts.store import find_token_holder, get_account, set_password_hash
from fedirse.social.entrance.actions import disable_account
from fedirse.social.entrance.challenges.model import Challenge, ChallengeKind
from fedirse.social.entrance.challenges.store import add_challenge, find_challenge
from fedirse.social.entrance.links.actions import make_invitation, make_link
from fedirse.social.entrance.links.model import OPERATOR_GIVER, Invitation, LinkKind
from fedirse.social.entrance.links.store import find_link, remove_link, take_use
from fedirse.social.entrance.passkeys.model import Passkey
from fedirse.social.entrance.passkeys.store import add_passkey, count_passkeys
from fedirse.social.network.joining.invitations.model import Invitation as NetworkInvitation
from fedirse.social.network.joining.invitations.store import add_invitation as add_network_invitation
from fedirse.social.network.joining.invitations.store import find_invitation as find_network_invitation
from fedirse.social.network.joining.invitations.store import take_use as take_network_use
from fedirse.social.network.model import Attributes
from fedirse.storage.actors import find_local_actor
from fedirse.storage.audit import find_broken_entry, list_entries
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.operations.sites import make_old
from tests.operations.town import Town

SECRETS = {kind: f"secret of {kind}" for kind in ("session", "token", "challenge", *LinkKind)}


def ways_in(tx: Transaction, site_handle: str = "ines") -> None:
    """Everything that lets somebody into an account."""
    account = get_account(tx, site_handle)
    set_password_hash(tx, account.id, "a hash")
    add_passkey(tx, Passkey("P" * 26, account.id, "credential", b"key", b"x", 0, "Téléphone", START, None))
    open_session(tx, account, SECRETS["session"], "Tests", START)
    add_challenge(
        tx,
        Challenge("C" * 26, next(iter(ChallengeKind)), account.id, b"?", b"", START + timedelta(days=1), 3),
        digest_of(SECRETS["challenge"]),
    )
    for kind in (LinkKind.SIGN_IN, LinkKind.RESET):
        make_link(tx, account, kind, SECRETS[kind], START, OPERATOR_GIVER)
    SECRETS["token"] = create_token(tx, site_handle, "tests", START)


async def invite(town: Town, *, uses: int = 5) -> str:
    """An open invitation; its id."""

    async def work(site: Site) -> str:
        def make(tx: Transaction) -> str:
            return make_invitation(tx, site, Invitation(uses=uses, days=30), SECRETS[LinkKind.INVITATION], START, OPERATOR_GIVER).id

        return await site.write(make)

    return str(await town.serve(work))


async def uses_left(town: Town) -> int:
    link = await town.serve(lambda site: site.read(find_link, digest_of(SECRETS[LinkKind.INVITATION])))
    return 0 if link is None else link.uses_left


@pytest.mark.parametrize("readable", [True, False])
async def test_whatever_lets_in_whoever_holds_it_has_ended_and_what_people_know_or_carry_stays(town: Town, readable: bool) -> None:
    await town.write(ways_in)
    archive = await town.back_up()
    if not readable:
        town.lose_database()
    assert town.restore(archive).aftermath.looked_back is readable

    def look(tx: Transaction) -> None:
        assert find_session(tx, digest_of(SECRETS["session"])) is None
        assert find_challenge(tx, digest_of(SECRETS["challenge"])) is None
        assert find_token_holder(tx, digest_of(SECRETS["token"])) is None
        assert [find_link(tx, digest_of(SECRETS[kind])) for kind in (LinkKind.SIGN_IN, LinkKind.RESET)] == [None, None]
        account = get_account(tx, "ines")
        assert account.disabled_at is None
        assert account.password_hash == "a hash"
        assert count_passkeys(tx, account.id) == 1
        assert list_entries(tx)[0].deed == "site.restored"
        assert find_broken_entry(tx) is None

    await town.write(look)


async def test_an_invitation_is_open_as_far_as_it_was_to_the_last(town: Town) -> None:
    link_id = await invite(town)
    archive = await town.back_up()
    await town.write(take_use, link_id)
    assert town.restore(archive).aftermath.invitations == 0
    assert await uses_left(town) == 4


async def test_an_invitation_of_a_site_lets_in_no_second_one(town: Town) -> None:
    invitation = NetworkInvitation(
        id="01J00000000000000000000009",
        note="",
        attributes=Attributes(),
        approved=True,
        uses=1,
        uses_left=1,
        made_at=START,
        ends_at=START + timedelta(days=3650),
        made_by="",
    )
    await town.write(add_network_invitation, invitation, digest_of("a secret"))
    archive = await town.back_up()
    await town.write(take_network_use, invitation.id)
    assert town.restore(archive).aftermath.invitations == 1
    found = await town.serve(lambda site: site.read(find_network_invitation, digest_of("a secret")))
    assert found is not None
    assert found.uses_left == 0


async def test_an_invitation_that_was_withdrawn_or_that_nobody_can_vouch_for_has_ended(town: Town) -> None:
    link_id = await invite(town)
    archive = await town.back_up()
    await town.write(remove_link, link_id)
    assert town.restore(archive).aftermath.invitations == 1
    assert await uses_left(town) == 0
    town.lose_database()
    done = town.restore(archive).aftermath
    assert (done.looked_back, done.invitations) == (False, 1)
    assert await uses_left(town) == 0


async def test_who_was_disabled_since_is_disabled_and_can_be_let_in_again(town: Town) -> None:
    archive = await town.back_up()
    await town.write(disable_account, "ines", START)
    assert town.restore(archive).aftermath.closed == ("ines",)
    assert (await town.write(get_account, "ines")).disabled_at is not None
    await town.write(enable, "ines")
    assert (await town.write(get_account, "ines")).disabled_at is None


@pytest.mark.reliability("REL-036")
async def test_nobody_gets_the_address_of_somebody_who_came_after_the_backup(town: Town) -> None:
    archive = await town.back_up()

    async def join(site: Site) -> None:
        await site.write(create_account, site, "zoe", "Zoé", None, site.clock.now())

    await town.serve(join)
    assert town.restore(archive).aftermath.names == ("zoe",)
    with pytest.raises(Conflict):
        await town.serve(join)
    zoe = await town.write(find_local_actor, "zoe")
    assert (zoe.name, zoe.gone_at) == ("", town.clock.now())


async def test_a_backup_of_the_first_version_can_be_restored(town: Town, tmp_path: Path) -> None:
    make_old(town.root, tmp_path / "first")
    archive = await town.back_up()
    done = town.restore(archive)
    assert done.aftermath.looked_back
    with closing(sqlite3.connect(town.folder / "site.db")) as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (3,)


async def test_what_a_restore_notes_itself_does_not_make_the_site_newer(town: Town) -> None:
    archive = await town.back_up()
    town.restore(archive)
    town.restore(archive, force=False)
    await town.write(disable_account, "ines", town.clock.now() + timedelta(minutes=1))
    town.clock.advance(timedelta(minutes=5))
    with pytest.raises(Conflict) as caught:
        town.restore(archive, force=False)
    assert caught.value.reason == "newer-there"
