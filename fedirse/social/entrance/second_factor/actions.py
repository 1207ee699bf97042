"""Setting a second factor up, and taking its codes: each once."""

import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.site import Site
from fedirse.social.entrance.second_factor import store
from fedirse.social.entrance.second_factor.model import SecondFactor
from fedirse.social.entrance.second_factor.rules import AROUND, RECOVERY_ALPHABET, STEP_SECONDS, step_of, typed_digits, typed_recovery_code
from fedirse.storage.room import lets_in
from fedirse.storage.transaction import Transaction

_CODE_CHARACTERS: Final = 16  # of 30: 78 bits
_GROUP: Final = 4


def new_shared_secret() -> str:
    """A secret to share with a program, in base 32; to be made before its transaction."""
    import pyotp

    return pyotp.random_base32()


def begin(tx: Transaction, site: Site, account_id: str, shared: str) -> None:
    """Remember a secret that is being set up; it is asked for once a first code was right. Not for who has one already."""
    if not has_second_factor(tx, account_id):
        sealed = site.signing.keyring.seal(shared.encode(), _context(account_id))
        store.save_second_factor(tx, SecondFactor(account_id, sealed, site.clock.now(), None, 0))


def finish(tx: Transaction, site: Site, account_id: str, typed: str, recovery: Sequence[str]) -> None:
    """Begin to ask for it, after a first right code.

    Args:
        tx: the transaction.
        site: where.
        account_id: whose.
        typed: the code.
        recovery: codes from `new_recovery_codes`, of which digests are kept.

    Raises:
        InvalidInput: the code is not right, or nothing is being set up.
    """
    if not _is_code(tx, site, account_id, typed):
        raise InvalidInput(
            "This is not the code of this moment: type the six digits that the program shows now.", reason="wrong-code", field="code"
        )
    store.confirm_second_factor(tx, account_id, site.clock.now())
    renew_recovery_codes(tx, site, account_id, recovery)


@lets_in
def check_code(tx: Transaction, site: Site, account_id: str, typed: str) -> bool:
    """Whether that is a code of the account's program, or one of its recovery codes; it is used up with that."""
    if not has_second_factor(tx, account_id):
        return False
    if _is_code(tx, site, account_id, typed):
        return True
    code = typed_recovery_code(typed)
    return len(code) == _CODE_CHARACTERS and store.take_recovery_code(tx, account_id, _digest(site, account_id, code))


def has_second_factor(tx: Transaction, account_id: str) -> bool:
    """Whether the account's codes are asked for."""
    found = store.find_second_factor(tx, account_id)
    return found is not None and found.confirmed_at is not None


def shared_secret(tx: Transaction, site: Site, account_id: str) -> str | None:
    """The secret that is being set up; None when there is none, or when it is in use and never shown again."""
    found = store.find_second_factor(tx, account_id)
    return _unseal(site, found) if found is not None and found.confirmed_at is None else None


def provisioning_uri(site: Site, handle: str, shared: str) -> str:
    """What the square says that programs read."""
    import pyotp

    return pyotp.TOTP(shared).provisioning_uri(name=f"{handle}@{site.settings.domain}", issuer_name=site.settings.name)


def new_recovery_codes() -> list[str]:
    """Codes that replace a lost program, each once; to be made before their transaction."""
    made = ["".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(_CODE_CHARACTERS)) for _ in range(limits.RECOVERY_CODES)]
    return ["-".join(code[start : start + _GROUP] for start in range(0, _CODE_CHARACTERS, _GROUP)) for code in made]


def renew_recovery_codes(tx: Transaction, site: Site, account_id: str, codes: Sequence[str]) -> None:
    """Keep these codes in the place of all earlier ones."""
    store.save_recovery_codes(tx, account_id, [_digest(site, account_id, typed_recovery_code(code)) for code in codes])


def _is_code(tx: Transaction, site: Site, account_id: str, typed: str) -> bool:
    import pyotp

    found, digits = store.find_second_factor(tx, account_id), typed_digits(typed)
    if found is None or not digits:
        return False
    program = pyotp.TOTP(_unseal(site, found))
    now = step_of(site.clock.now())
    steps = [now + shift for shift in AROUND if hmac.compare_digest(program.at((now + shift) * STEP_SECONDS), digits)]
    return bool(steps) and store.take_step(tx, account_id, steps[0])


def _unseal(site: Site, factor: SecondFactor) -> str:
    return site.signing.keyring.unseal(factor.sealed, _context(factor.account_id)).decode()


def _context(account_id: str) -> bytes:
    return f"second factor of {account_id}".encode()


def _digest(site: Site, account_id: str, code: str) -> str:
    """Keyed, so that a copy of the database alone cannot be searched for codes."""
    return hmac.new(site.signing.keyring.derive(b"recovery codes"), f"{account_id} {code}".encode(), sha256).hexdigest()
