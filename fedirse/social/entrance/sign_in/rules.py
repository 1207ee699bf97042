"""How long who fails to sign in has to wait. Pure.

A stranger must not be able to lock somebody out (WEB-029): what they do from elsewhere delays nobody in a browser that the account has
signed in with before, and anybody else for some seconds only.
"""

from fedirse.base import limits
from fedirse.base.throttle import Allowance


def sign_in_allowances(name: str, network: str, browser: str) -> tuple[Allowance, ...]:
    """What a try to sign in is counted for.

    Args:
        name: the handle or address that was typed, whether or not anybody has it.
        network: where the try comes from.
        browser: what tells the browser, when that account signed in with it before; else empty.
    """
    free, longest = limits.SIGN_IN_FREE_TRIES, limits.SIGN_IN_LONGEST_WAIT_SECONDS
    if browser:
        return (Allowance(f"browser {browser}", free, longest, own=True),)
    return (
        Allowance(f"account {name} from {network}", free, longest, own=True),
        Allowance(f"account {name}", limits.SIGN_IN_FREE_TRIES_EVERYWHERE, limits.SIGN_IN_LONGEST_WAIT_EVERYWHERE_SECONDS),
        Allowance(f"network {network}", limits.SIGN_IN_FREE_TRIES_PER_NETWORK, limits.SIGN_IN_LONGEST_WAIT_PER_NETWORK_SECONDS),
    )


def code_allowances(account_id: str) -> tuple[Allowance, ...]:
    """What a try to guess a second factor is counted for; only who has the first one gets there."""
    return (Allowance(f"code {account_id}", limits.SIGN_IN_FREE_TRIES, limits.SIGN_IN_LONGEST_WAIT_SECONDS, own=True),)


def passkey_allowances(network: str) -> tuple[Allowance, ...]:
    """What an answer of a passkey is counted for: it names no account before it holds."""
    return (Allowance(f"network {network}", limits.SIGN_IN_FREE_TRIES_PER_NETWORK, limits.SIGN_IN_LONGEST_WAIT_PER_NETWORK_SECONDS),)


def question_allowances(network: str, *, disk_is_full: bool = False) -> tuple[Allowance, ...]:
    """What a question to a passkey is counted for: each is a row for some minutes.

    Args:
        network: where it comes from.
        disk_is_full: whether the row takes of the last room there is; then the questions of all networks count together.
    """
    asks_of = "everybody on a full disk" if disk_is_full else network
    return (Allowance(f"questions {asks_of}", limits.PASSKEY_QUESTIONS, limits.PASSKEY_QUESTIONS_WAIT_SECONDS),)


def request_allowances(what: str, network: str) -> tuple[Allowance, ...]:
    """What something that anybody may ask for is counted for, such as a link by mail: by what it is about, and by network."""
    return (
        Allowance(f"ask {what}", limits.MAILS_PER_ACCOUNT_PER_HOUR, 3600.0),
        Allowance(f"network {network}", limits.SIGN_IN_FREE_TRIES_PER_NETWORK, limits.SIGN_IN_LONGEST_WAIT_PER_NETWORK_SECONDS),
    )


def proof_allowances(account_id: str) -> tuple[Allowance, ...]:
    """What a mail to an address that somebody has just noted is counted for: it may be anybody's."""
    return (Allowance(f"prove {account_id}", limits.MAILS_PER_ACCOUNT_PER_HOUR, 3600.0),)


def account_name(typed: str, domain: str) -> str:
    """The handle or e-mail address in what was typed: `ines`, `@ines`, `@ines@site.example` or `ines@mail.example`."""
    name = "".join(typed.split()).lower()
    bare = name.removeprefix("@")
    return bare.removesuffix(f"@{domain}") if bare.endswith(f"@{domain}") else bare
