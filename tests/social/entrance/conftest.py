"""The shop of the tests, whose three people have a password."""

import pytest

from fedirse.social.accounts.actions import hash_password, set_password
from fedirse.social.accounts.store import get_account, note_email_proven, set_email
from fedirse.storage.transaction import Transaction
from tests.visitors import Shop, made_site, shop

__all__ = ["made_site", "shop"]

PASSWORD = "trois petits canards"


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made once: hashing takes long."""
    return hash_password(PASSWORD)


@pytest.fixture
async def doors(shop: Shop, password_hash: str) -> Shop:
    """The shop, in which marc, ines and lea sign in with PASSWORD."""
    for handle in ("marc", "ines", "lea"):
        await shop.site.write(set_password, handle, password_hash)
    return shop


async def give_email(shop: Shop, handle: str, email: str, *, proven: bool = True) -> None:
    """Where links for somebody are sent."""

    def give(tx: Transaction) -> None:
        account = get_account(tx, handle)
        set_email(tx, account.id, email)
        if proven:
            note_email_proven(tx, account.id, shop.site.clock.now())

    await shop.site.write(give)
