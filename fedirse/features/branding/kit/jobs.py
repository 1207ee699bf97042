"""Copies a kit that somebody here wants: its pictures are fetched, made anew and kept here, then the site looks like it."""

import io
from datetime import datetime
from typing import Final

from fedirse.activitypub import uris
from fedirse.base.errors import FedirseError, RateLimited, Refused, RemoteUnavailable, StorageError
from fedirse.base.types import JsonObject
from fedirse.features.branding.actions import save_settings
from fedirse.features.branding.kit.actions import PURPOSES, dressed, find_offered, hang, note_failed, note_taken
from fedirse.features.branding.kit.model import Choice, KnownKit
from fedirse.features.branding.kit.telling.actions import has_untold, tell_members
from fedirse.remote.client import FetchKind
from fedirse.site import Site
from fedirse.social.follows.channels.model import Runner
from fedirse.social.media.actions import accept_upload
from fedirse.social.media.model import Media, Purpose
from fedirse.storage.refusals import is_refused_host
from fedirse.storage.transaction import Transaction

_BUSY_SECONDS: Final = 5.0
_TO_DO: Final = frozenset({Choice.TAKING, Choice.HUNG})


async def copy_kit(site: Site, subject: str, _details: JsonObject) -> None:
    """Put the kit of that head office in place, unless it was refused meanwhile; what was interrupted goes on where it was.

    Raises:
        RemoteUnavailable: the head office does not answer, or too many pictures are being made; it is tried again.
        StorageError: it could not be kept.
    """
    known = await site.read(_find_taking, subject)
    if known is None or known.wish is None:
        return
    now, wish = site.clock.now(), known.wish
    if known.choice is Choice.TAKING:
        try:
            pictures = {name: await _fetch(site, name, url, now) for name in PURPOSES if (url := getattr(wish.look, name))}
        except (RemoteUnavailable, StorageError):
            raise
        except RateLimited as error:
            raise RemoteUnavailable("too many pictures are being made", reason="busy", retry_after=_BUSY_SECONDS) from error
        except FedirseError:
            await site.write(note_failed, known)
            return
        known = await site.write(hang, site, known, wish.look, pictures, now)
    if known.given is not None:
        await save_settings(site, dressed(site.settings, known.given), now, None, by=Runner(wish.account_id, wish.who))
    await site.write(note_taken, known)


async def tell_newcomers(site: Site) -> bool:
    """A sweep: at a head office, who has joined since is offered the kit as well."""
    now = site.clock.now()
    if site.settings.head_office and await site.read(has_untold, now):
        await site.write(tell_members, site, now)
    return False


def _find_taking(tx: Transaction, network: str) -> KnownKit | None:
    known = find_offered(tx)
    return known if known is not None and known.network == network and known.choice in _TO_DO else None


async def _fetch(site: Site, name: str, url: str, now: datetime) -> Media:
    """A picture of the kit as an upload of this site. Raises FedirseError for what is none, or lies with somebody else."""
    await site.read(_check_host, url)
    fetched = await site.client.fetch(url, FetchKind.PICTURE)
    if uris.find_host(fetched.url) != uris.find_host(url):
        raise Refused("a picture of a kit is somewhere else", reason="kit-picture-elsewhere")
    purpose: Purpose = PURPOSES[name]
    return await accept_upload(site, site.actor_id, _Bytes(fetched.body), filename=name, purpose=purpose, now=now)


def _check_host(tx: Transaction, url: str) -> None:
    host = uris.find_host(url)
    if host is None or is_refused_host(tx, host):
        raise Refused("a picture of a server that is refused here", reason="refused-host")


class _Bytes:
    """Bytes that are here already, read like an upload."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        """At most `size` bytes more."""
        return self._content.read(size)
