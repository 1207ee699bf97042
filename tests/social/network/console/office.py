"""A head office with its network, for the pages on which it is looked after."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fedirse.activitypub.signatures import multikey
from fedirse.base.roles import Role
from fedirse.social.accounts.store import get_account, set_roles
from fedirse.social.network.authority.actions import admit, found_network, get_credential
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.model import Credential
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.social.network.roster.test_wire import fresh_key
from tests.visitors import Shop, open_shop

LYON = "https://lyon.example/actor"
BY = Decider("1", "marc")


@asynccontextmanager
async def open_office(made: Path, folder: Path, *, founded: bool = True) -> AsyncIterator[Shop]:
    """The site of the visitors as a head office, whose network marc owns; he administers it too."""
    async with open_shop(made, folder, head_office=True) as shop:

        def begin(tx: Transaction) -> None:
            set_roles(tx, get_account(tx, "marc").id, [Role.ADMINISTRATOR, Role.NETWORK_OWNER])
            if founded:
                found_network(tx, shop.site, "Maison Aubrelle", START)

        await shop.site.write(begin)
        yield shop


async def admit_site(shop: Shop, name: str = "lyon", attributes: Attributes | None = None) -> str:
    """Make a site a member; returns the URI of its actor."""
    member = f"https://{name}.example/actor"
    await shop.stranger(name, f"{name}.example", key=fresh_key(), uri=member, kind="Application")
    await shop.site.write(
        admit,
        shop.site,
        member,
        name=f"Aubrelle {name.title()}",
        attributes=attributes or Attributes(),
        key=multikey(fresh_key().public),
        now=START,
        by=BY,
    )
    return member


async def credential_of(shop: Shop, member: str = LYON) -> Credential:
    """What the head office says of a member now."""
    return await shop.site.read(get_credential, shop.site, member)
