"""What an operator may set: for the process in `ROOT/fedirse.toml`, for a site in `ROOT/sites/<domain>/settings.toml`.

Every key can also come from the environment (`FEDIRSE_PORT=8100`); the environment wins. A key that does not exist or does
not fit is refused at start, by name.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from fedirse.base.errors import ConfigurationError

PROCESS_FILE = "fedirse.toml"
SITE_FILE = "settings.toml"
ENVIRONMENT_PREFIX = "FEDIRSE_"

Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")]
S = TypeVar("S", bound=msgspec.Struct)


class PrivateNetworkSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A domain that may be reached on a private network, for instance `10.0.0.0/8`."""

    domain: str
    cidr: str


class ProcessSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one serving process, shared by all the sites under its root.

    Attributes:
        host: address to listen on.
        port: port to listen on.
        development: permits http and loopback, and resolves `*.localhost` and `*.test` to 127.0.0.1. Never on a real domain.
        private_networks: domains that may be reached on private addresses, each only for itself.
        certificate_authority: a PEM file of a private certificate authority to trust besides the system's.
        deliveries_in_flight: how many deliveries may be on the wire at once.
        deliveries_per_host: how many of them to one host.
        delivery_days: for how many days an unreachable host is tried before a delivery is given up, visibly.
        log_level: how much is logged.
        trusted_proxies: addresses or networks of proxies whose X-Forwarded-For is believed; of nobody else's.
        mail: where mail leaves: `smtp://user:password@host:587`, `smtps://…`, `file:/folder`; empty for no mail.
        mail_from: the address that mails come from.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 8000
    development: bool = False
    private_networks: tuple[PrivateNetworkSetting, ...] = ()
    certificate_authority: str | None = None
    deliveries_in_flight: Annotated[int, Meta(ge=1, le=4096)] = 400
    deliveries_per_host: Annotated[int, Meta(ge=1, le=16)] = 4
    delivery_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    mail: str = ""
    mail_from: str = ""


class SiteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one site.

    Attributes:
        domain: authority of the site; chosen at `init`, part of every id it ever sends, never changed.
        name: what people call the site.
        handle: the handle of the site's own actor, `@handle@domain`.
        head_office: whether this site speaks for the group; its actor is then an Organization, otherwise an Application.
        scheme: `https`, or `http` under the development switch; fixed at `init` like the domain.
        language: language of the pages and of posts that do not say.
        description: one or two sentences about the site, plain text.
        colour: main colour of the pages.
        accent: second colour of the pages.
        logo: an image in the site's `media` folder, by its path there.
        cover: a wide image at the top of the site's own page, in the same folder.
        font: which of the letters that every device has: `plain`, `book`, `round` or `narrow`.
        authorised_fetch: answer only signed requests for documents, always with the same refusal.
        timezone: name of the time zone of dates on the pages, for who has chosen none.
        replies: whether answers from other servers, by people whom nobody here follows, appear at once or wait for approval.
        federation: whether everybody who is not blocked is talked to, or only the hosts on the site's list.
        second_factor: whether administrators must show a second factor or a passkey before what they administer, or are offered one.
        media_domain: a host of its own for uploaded files, such as `media.example.org`, below the domain; it must lead to the same server.
        anonymous_search: whether somebody who is not signed in may search the public posts.
        megabytes_per_account: how much the files of one account may take.
        urgent_announcements: how many urgent announcements a head office wishes to send in 30 days; more take one more tick.
        mail_texts: mail people the words of announcements where the head office allows it, not only that there is one.
    """

    domain: Annotated[str, Meta(min_length=1, max_length=255)]
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    handle: Annotated[str, Meta(pattern=r"^[a-z0-9_]([a-z0-9_.-]{0,62}[a-z0-9_])?$")]
    head_office: bool = False
    scheme: Literal["https", "http"] = "https"
    language: Literal["fr", "en"] = "fr"
    description: str = ""
    colour: Colour = "#1f4e79"
    accent: Colour = "#c8502d"
    logo: str | None = None
    cover: str | None = None
    font: Literal["plain", "book", "round", "narrow"] = "plain"
    authorised_fetch: bool = False
    timezone: Annotated[str, Meta(max_length=64)] = "Europe/Paris"
    replies: Literal["open", "held"] = "open"
    federation: Literal["open", "allowed"] = "open"
    second_factor: Literal["offered", "administrators"] = "offered"
    anonymous_search: bool = False
    megabytes_per_account: Annotated[int, Meta(ge=1, le=10_000_000)] = 5000
    mail_texts: bool = False
    urgent_announcements: Literal["0", "1", "2", "3", "5", "10"] = "2"
    media_domain: Annotated[str, Meta(pattern=r"^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$")] | None = None

    def __post_init__(self) -> None:
        if self.media_domain is not None and not self.media_domain.endswith(f".{self.domain}"):
            # Members ask for what is for them at a site's own host and below it, nowhere else.
            msg = f"media_domain has to lie below {self.domain}, such as media.{self.domain}"
            raise ValueError(msg)


def load_process_settings(root: Path, environment: Mapping[str, str] = os.environ) -> ProcessSettings:
    """The process settings of `root`; every key has a default, so the file may be absent.

    Raises:
        ConfigurationError: naming the file or variable and the key that does not fit.
    """
    path = root / PROCESS_FILE
    values = _read_toml(path) if path.exists() else {}
    values |= _from_environment(ProcessSettings, environment)
    return _convert(values, ProcessSettings, str(path))


def load_site_settings(folder: Path) -> SiteSettings:
    """The settings of the site in `folder`. Raises ConfigurationError naming the key that does not fit."""
    path = folder / SITE_FILE
    return _convert(_read_toml(path), SiteSettings, str(path))


def render_site_settings(settings: SiteSettings) -> str:
    """The TOML text that `init` writes; reading it back gives the same settings."""
    known = msgspec.to_builtins(settings)
    return "".join(f"{key} = {_toml_value(value)}\n" for key, value in known.items() if value is not None)


def _toml_value(value: object) -> str:
    # JSON strings and booleans are TOML basic strings and booleans, except that TOML forbids DEL unescaped.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise ConfigurationError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path} is not valid TOML: {error}."
        raise ConfigurationError(msg) from error


def _from_environment(kind: type[msgspec.Struct], environment: Mapping[str, str]) -> dict[str, object]:
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    found: dict[str, object] = {}
    for variable, text in environment.items():
        key = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
        if variable.startswith(ENVIRONMENT_PREFIX) and key in known:
            found[key] = _parse_variable(variable, text, known[key].type)
    return found


def _parse_variable(variable: str, text: str, kind: object) -> object:
    try:
        if isinstance(kind, type) and issubclass(kind, str):
            return text
        return msgspec.convert(text, kind, strict=False) if not text.startswith(("[", "{")) else msgspec.json.decode(text)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        msg = f"{variable} in the environment does not fit: {error}."
        raise ConfigurationError(msg) from error


def _convert(values: Mapping[str, object], kind: type[S], where: str) -> S:
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        msg = f"{where}: {error}."
        raise ConfigurationError(msg) from error
