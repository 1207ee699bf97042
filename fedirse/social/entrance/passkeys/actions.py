"""Adding passkeys and signing in with them (WebAuthn level 3): what a browser is asked, and whether its answer holds."""

import json
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.identifiers import new_id
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.store import find_account_by_id
from fedirse.social.entrance.challenges import actions as challenges
from fedirse.social.entrance.challenges.model import Challenge, ChallengeKind
from fedirse.social.entrance.passkeys import store
from fedirse.social.entrance.passkeys.model import Passkey
from fedirse.storage.room import lets_in
from fedirse.storage.transaction import Transaction

_QUESTION_BYTES = 32
_PERSON_BYTES = 32


def own_id(site: Site) -> str:
    """What passkeys are made for: the site's domain, without a port (WebAuthn, section 5.1.2, "RP ID")."""
    return urlsplit(site.uris.origin).hostname or site.settings.domain


def new_question() -> bytes:
    """Random bytes for a device to sign; to be made before their transaction."""
    return secrets.token_bytes(_QUESTION_BYTES)


def new_person() -> bytes:
    """What devices name somebody by: random, so that it tells nothing."""
    return secrets.token_bytes(_PERSON_BYTES)


def sign_in_options(site: Site, question: bytes) -> str:
    """What the browser is asked for a sign-in, as JSON: any passkey of this site, its person proven to the device."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    required = UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(rp_id=own_id(site), challenge=question, user_verification=required)
    return webauthn.options_to_json(options)


def new_options(site: Site, handle: str, name: str, person: bytes, question: bytes, known: Sequence[Passkey]) -> str:
    """What the browser is asked for a new passkey, as JSON.

    Args:
        site: where.
        handle: whose, as lists of passkeys show it.
        name: their name.
        person: what the authenticator names them by; the same for all passkeys of an account.
        question: random bytes.
        known: the passkeys they have already, of which no device makes a second one.
    """
    import webauthn
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=own_id(site),
        rp_name=site.settings.name,
        user_name=f"{handle}@{site.settings.domain}",
        user_display_name=name,
        user_id=person,
        challenge=question,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential)) for passkey in known],
    )
    return webauthn.options_to_json(options)


@lets_in
def sign_in(tx: Transaction, site: Site, secret: str, answer: str) -> Account:
    """The account whose passkey answered. The question is used up with that.

    Args:
        tx: the transaction.
        site: where.
        secret: what the browser presents of the challenge.
        answer: the credential as JSON, as the script sent it.

    Raises:
        InvalidInput: the answer does not hold, or is of no passkey known here.
    """
    import webauthn
    from webauthn.helpers import bytes_to_base64url, exceptions

    now = site.clock.now()
    challenge = _taken(challenges.find(tx, secret, ChallengeKind.PASSKEY_SIGN_IN, now))
    passkey = store.find_passkey(tx, credential_in(answer))
    account = find_account_by_id(tx, passkey.account_id) if passkey is not None else None
    if passkey is None or account is None or account.disabled_at is not None:
        raise InvalidInput("This passkey is not known on this site.", reason="unknown-passkey")
    if _person_in(answer) not in {"", bytes_to_base64url(passkey.person)}:
        raise unusable()
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.question,
            expected_rp_id=own_id(site),
            expected_origin=site.uris.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (exceptions.WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise unusable() from error
    challenges.take(tx, secret, ChallengeKind.PASSKEY_SIGN_IN, now)
    store.note_passkey_use(tx, passkey.id, verified.new_sign_count, now)
    return account


def add(tx: Transaction, site: Site, account_id: str, name: str, challenge: Challenge, answer: str) -> Passkey:
    """Keep a new passkey of an account.

    Args:
        tx: the transaction.
        site: where.
        account_id: whose.
        name: what its person calls it.
        challenge: the question, taken before in the same transaction.
        answer: the credential as JSON, as the script sent it.

    Raises:
        InvalidInput: the answer does not hold, the passkey is known already, or there are too many.
    """
    import webauthn
    from webauthn.helpers import bytes_to_base64url, exceptions

    if store.count_passkeys(tx, account_id) >= limits.PASSKEYS_PER_ACCOUNT:
        raise InvalidInput(
            "An account has at most %(most)s passkeys: remove one first.",
            reason="passkeys",
            field="passkey_name",
            most=limits.PASSKEYS_PER_ACCOUNT,
        )
    if len(name) > limits.NAME_LENGTH:
        raise InvalidInput(
            "The name of the passkey is longer than %(most)s characters.",
            reason="name-too-long",
            field="passkey_name",
            most=limits.NAME_LENGTH,
        )
    credential_in(answer)
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge.question,
            expected_rp_id=own_id(site),
            expected_origin=site.uris.origin,
            require_user_verification=True,
        )
    except (exceptions.WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise unusable() from error
    credential = bytes_to_base64url(verified.credential_id)
    if store.find_passkey(tx, credential) is not None:
        raise InvalidInput("This passkey belongs to an account already.", reason="passkey-taken")
    now = site.clock.now()
    made = Passkey(
        new_id(now), account_id, credential, verified.credential_public_key, challenge.person, verified.sign_count, name, now, None
    )
    store.add_passkey(tx, made)
    return made


def credential_in(answer: str) -> str:
    """The id of the passkey in an answer. Raises InvalidInput for what is no answer."""
    try:
        found = json.loads(answer)["id"] if len(answer) <= limits.PASSKEY_ANSWER_CHARACTERS else None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise unusable() from error
    if not isinstance(found, str):
        raise unusable()
    return found


def _person_in(answer: str) -> str:
    """Whom the device names as the owner of the passkey, in base64url; empty where it names nobody."""
    response = json.loads(answer).get("response")
    named = response.get("userHandle") if isinstance(response, dict) else None
    return named if isinstance(named, str) else ""


def take_new_question(tx: Transaction, site: Site, secret: str, account_id: str | None) -> Challenge:
    """The question of a new passkey, used up; for that account, or for one that is being made. Raises InvalidInput."""
    challenge = _taken(challenges.take(tx, secret, ChallengeKind.PASSKEY_NEW, site.clock.now()))
    if challenge.account_id != account_id:
        raise unusable()
    return challenge


def unusable() -> InvalidInput:
    """What is said about an answer that does not hold, whatever is wrong with it."""
    return InvalidInput("This answer of the passkey cannot be used: begin again.", reason="bad-passkey-answer")


def _taken(challenge: Challenge | None) -> Challenge:
    if challenge is None:
        raise unusable()
    return challenge
