"""Asking a browser something, and taking its answer once."""

from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedirse.base import limits
from fedirse.base.identifiers import new_id
from fedirse.site import Site
from fedirse.social.accounts.rules import digest_of
from fedirse.social.entrance.challenges import store
from fedirse.social.entrance.challenges.model import Challenge, ChallengeKind
from fedirse.storage.transaction import Transaction

LASTS: Final = timedelta(minutes=10)


def ask(
    tx: Transaction,
    secret: str,
    kind: ChallengeKind,
    now: datetime,
    *,
    account_id: str | None = None,
    question: bytes = b"",
    person: bytes = b"",
) -> Challenge:
    """Remember a question to the browser that will present `secret` (from `sessions.actions.new_secret`)."""
    store.forget_expired(tx, now)
    challenge = Challenge(new_id(now), kind, account_id, question, person, now + LASTS, limits.CHALLENGE_TRIES)
    store.add_challenge(tx, challenge, digest_of(secret))
    return challenge


def find(tx: Transaction, secret: str, kind: ChallengeKind, now: datetime) -> Challenge | None:
    """The question to the browser that presents `secret`, if it may still be answered."""
    if not secret or len(secret) > limits.LINK_SECRET_CHARACTERS:
        return None
    challenge = store.find_challenge(tx, digest_of(secret))
    return (
        challenge if challenge is not None and challenge.kind is kind and now < challenge.expires_at and challenge.tries_left > 0 else None
    )


def take(tx: Transaction, secret: str, kind: ChallengeKind, now: datetime) -> Challenge | None:
    """As `find`, and the question is answered with that: nobody can answer it again."""
    challenge = find(tx, secret, kind, now)
    return challenge if challenge is not None and store.remove_challenge(tx, challenge.id) else None


def cookie_name(site: Site) -> str:
    """The name of the cookie that holds the secret; the prefix makes browsers refuse one that another host set."""
    return "__Host-challenge" if site.settings.scheme == "https" else "challenge"


def presented(request: Request, site: Site) -> str:
    """What the browser presents; empty for nothing."""
    return request.cookies.get(cookie_name(site), "")


def set_cookie(response: Response, site: Site, secret: str) -> None:
    """Let the browser present the secret with its answer."""
    secure = site.settings.scheme == "https"
    seconds = int(LASTS.total_seconds())
    response.set_cookie(cookie_name(site), secret, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict")


def answer_options(site: Site, options: str, secret: str) -> Response:
    """What a browser is asked, as JSON for the script, with the cookie by which its answer is recognised."""
    response = Response(options, media_type="application/json", headers={"cache-control": "private, no-store"})
    set_cookie(response, site, secret)
    return response


def clear_cookie(response: Response, site: Site) -> None:
    """Let the browser forget the secret."""
    response.delete_cookie(cookie_name(site), path="/", secure=site.settings.scheme == "https", httponly=True, samesite="strict")
