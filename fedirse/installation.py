"""What is done to an installation and not to what is in it: making sites, migrating them, reading their ledger."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from fedirse.activitypub import uris
from fedirse.assembly import DATABASE_FILE, KEYS_FOLDER, MEDIA_FOLDER, SITES_FOLDER, lay_ground, own_uris, site_folder
from fedirse.base.errors import ConfigurationError, Conflict, InvalidInput, MalformedDocument
from fedirse.base.settings import PROCESS_FILE, SITE_FILE, SiteSettings, load_process_settings, render_site_settings
from fedirse.features.care.ledger.views import plain_row, render_csv
from fedirse.social.accounts.actions import create_site_actor
from fedirse.storage.database import Database
from fedirse.storage.deliveries import ledger
from fedirse.storage.keyring import Keyring
from fedirse.storage.lanes import Lanes
from fedirse.storage.migration import schema_version, upgrade
from fedirse.storage.signing import SigningKeys
from fedirse.storage.streaming import stream_rows

Wish = SiteSettings
"""The settings that a new site is asked to have."""

_TRUE = frozenset({"1", "true", "yes", "oui", "x"})


def read_wish(given: Mapping[str, object], *, development: bool) -> Wish:
    """Settings of a new site from what was typed; empty values mean the default.

    Raises:
        InvalidInput: one of them does not fit; the message names it.
    """
    values = {key: value for key, value in given.items() if value not in {None, ""}}
    domain = check_domain(str(values.get("domain", "")), development=development)
    head_office = values.get("head_office", False)
    values |= {
        "domain": domain,
        "name": values.get("name", domain),
        "handle": values.get("handle", _first_label(domain)),
        "head_office": head_office if isinstance(head_office, bool) else str(head_office).strip().lower() in _TRUE,
        "scheme": "http" if development else "https",
    }
    try:
        return msgspec.convert(values, Wish)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"{domain}: {error}.", reason="bad-setting") from error


def check_domain(typed: str, *, development: bool) -> str:
    """A domain in the form it has in addresses.

    Raises:
        InvalidInput: it is none, or one that only the development switch permits.
    """
    domain = typed.strip().lower()
    address = _address_of(domain, development=development)
    if address is None or address.authority != domain:
        raise InvalidInput(
            f"“{typed:.200}” is not a domain: write it like magasin.example.fr, without https:// and without a path.", reason="bad-domain"
        )
    has_dot = "." in address.host and not address.host.replace(".", "").isdigit()
    if not development and (address.authority != address.host or not has_dot):
        raise InvalidInput(f"“{typed:.200}” is no public domain. For trying out on one machine, add --development.", reason="bad-domain")
    return str(address.authority)


async def make_sites(root: Path, wanted: Sequence[Wish], *, development: bool) -> list[SiteSettings]:
    """Make new sites; when one of them cannot be made, none is.

    Raises:
        Conflict: a site of that domain is there already, or is asked for twice.
        ConfigurationError: the root cannot be used.
    """
    domains = [wish.domain for wish in wanted]
    for domain in domains:
        if site_folder(root, domain).exists():
            raise Conflict(
                f"{domain} exists", public_message=f"{domain} is already a site under {root}; its domain and keys are never made anew."
            )
        if domains.count(domain) > 1:
            raise Conflict(f"{domain} twice", public_message=f"{domain} is asked for twice.")
    _prepare_root(root, development=development)
    ground = lay_ground(load_process_settings(root))
    made: list[Path] = []
    try:
        for wish in wanted:
            folder = site_folder(root, wish.domain)
            folder.mkdir(mode=0o700)
            made.append(folder)
            await _fill_site(folder, wish, ground.lanes, ground.clock.now())
    except BaseException:
        for folder in made:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        await ground.close()
    return list(wanted)


def migrate(folders: Iterable[Path]) -> Iterator[tuple[Path, str | None, str]]:
    """Bring databases to the form this version needs; yields (folder, version before, version after)."""
    for folder in folders:
        path = folder / DATABASE_FILE
        before = schema_version(path)
        upgrade(path)
        yield folder, before, schema_version(path) or ""


async def read_ledger(folder: Path, item: str | None) -> list[dict[str, object]]:
    """The egress ledger of a site, or of one post."""
    rows = stream_rows(folder / DATABASE_FILE, ledger(item))
    return [plain_row(dict(row._mapping)) async for row in rows]  # noqa: SLF001 - the documented way to a row's columns by name


def write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows as CSV; the first of them names the columns."""
    path.write_text(render_csv(rows), encoding="utf-8", newline="")


def _prepare_root(root: Path, *, development: bool) -> None:
    try:
        (root / SITES_FOLDER).mkdir(parents=True, exist_ok=True)
        path = root / PROCESS_FILE
        if development and not path.exists() and not any((root / SITES_FOLDER).iterdir()):
            path.write_text("development = true\n", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{root} cannot be used as a root: {error.strerror}.") from error
    if development and not load_process_settings(root).development:
        raise ConfigurationError(f"{root} serves real sites: make sites for development under another root.")


async def _fill_site(folder: Path, settings: SiteSettings, lanes: Lanes, now: datetime) -> None:
    (folder / MEDIA_FOLDER).mkdir(mode=0o700)
    signing = SigningKeys(Keyring.create(folder / KEYS_FOLDER))
    upgrade(folder / DATABASE_FILE)
    database = Database(folder / DATABASE_FILE, lanes)
    try:
        await database.write(create_site_actor, settings, own_uris(settings), signing, now)
    finally:
        await database.close()
    # Last, because a folder without settings is an interrupted init, and can be told from a site.
    (folder / SITE_FILE).write_text(render_site_settings(settings), encoding="utf-8")


def _address_of(domain: str, *, development: bool) -> uris.Address | None:
    try:
        return uris.parse(f"{'http' if development else 'https'}://{domain}/", allow_http=development)
    except MalformedDocument:
        return None


def _first_label(domain: str) -> str:
    label = domain.partition(":")[0].partition(".")[0]
    return label if not label.isdigit() else "site"
