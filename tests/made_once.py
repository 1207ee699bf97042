"""What takes long to make and is the same every time: made once for a run, by the code that always makes it.

The real making has tests of its own, which do not pass here: keys in `tests/storage/test_keyring.py`, databases in
`tests/storage/test_migrations.py`, both in those that start `python -m fedirse init`, and what hashing a password costs in
`tests/social/accounts/test_passwords.py`.
"""

import itertools
import shutil
import ssl
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from fedirse import assembly, installation
from fedirse.activitypub.signatures import PrivateKey
from fedirse.remote import tls
from fedirse.social.accounts import actions as accounts
from fedirse.storage import lanes, signing
from fedirse.storage.connections import Connections
from fedirse.storage.keyring import generate_rsa
from fedirse.storage.migration import upgrade

real_hasher = accounts._hasher
"""What hashes passwords where nothing is tested."""


@cache
def quick_hasher() -> PasswordHasher:
    """The same algorithm, at the least it can cost."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def rsa_key(owner: object) -> PrivateKey:
    """The RSA key of an owner: another owner, another key."""
    return generate_rsa()


@cache
def client_context() -> ssl.SSLContext:
    """What trusts the authorities of the system; reading them takes a twentieth of a second. Nobody may change it."""
    return tls.client_context()


@cache
def connections() -> Connections:
    """What opens databases, with the statements it has compiled: a process has one, and here all the processes of a run share it."""
    return Connections()


@pytest.fixture(scope="session", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """New sites and accounts get keys that were made before, and the copy of an empty database; passwords are hashed at no cost."""
    keys = itertools.cycle([generate_rsa() for _ in range(3)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "generate_rsa", lambda: next(keys))
        patch.setattr(installation, "upgrade", _copying(tmp_path_factory.mktemp("empty") / "site.db"))
        patch.setattr(assembly, "client_context", lambda authority: tls.client_context(authority) if authority else client_context())
        patch.setattr(accounts, "_hasher", quick_hasher)
        patch.setattr(lanes, "Connections", connections)
        yield


def _copying(empty: Path) -> Callable[[Path], None]:
    upgrade(empty)

    def copy_or_upgrade(path: Path) -> None:
        if path.exists():
            upgrade(path)
        else:
            shutil.copy(empty, path)

    return copy_or_upgrade
