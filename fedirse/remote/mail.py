"""Mail: the only way out beside HTTP, to the one server that the operator named."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from fedirse.base import limits
from fedirse.base.errors import ConfigurationError, InvalidInput, RemoteRejected, RemoteUnavailable
from fedirse.base.identifiers import new_id

SECONDS: Final = 30.0
_TEMPORARY: Final = range(400, 500)
_PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent to one address: the same words plain and as HTML.

    `unsubscribe` is the address of a page that ends such mails, and ends them at once where something is sent there (RFC 8058); empty for
    mails that were asked for.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail leaves, from the process settings.

    Attributes:
        server: `smtp://user:password@host:587` (STARTTLS), `smtps://…` (TLS from the start), `file:/folder` (one .eml each), or empty.
        sender: the address mails come from.
    """

    # Holds a password, so no traceback shows it.
    server: str = field(default="", repr=False)
    sender: str = ""


class Mailer:
    """Sends mail as the settings say.

    Args:
        settings: how.

    Raises:
        ConfigurationError: the settings name no way that exists.
    """

    def __init__(self, settings: MailSettings | None = None) -> None:
        settings = settings or MailSettings()
        self._sender = settings.sender
        self._way = _way(settings.server)
        if self._way is not None and not is_address(settings.sender):
            raise ConfigurationError("mail is set, so mail_from must be the address that mails come from, like magasin@example.org.")

    @property
    def can_send(self) -> bool:
        """Whether there is any way for mail to leave."""
        return self._way is not None

    async def send(self, mail: Mail, name: str, now: datetime) -> None:
        """Send one mail.

        Args:
            mail: what, and to whom.
            name: who sends it, beside the sender's address: the site's name.
            now: the time.

        Raises:
            RemoteUnavailable: it may work later.
            RemoteRejected: it never will: no way out is set, or the server refuses the address or the password.
        """
        if self._way is None:
            raise RemoteRejected("no mail server is set", reason="no-mail")
        way = self._way
        message = compose(mail, self._sender, name, now)
        await asyncio.to_thread(way, message)


def is_address(text: str) -> bool:
    """Whether the text looks like one address of one person: no spaces, no second address, no other header."""
    name, at, host = text.partition("@")
    plain = text.isascii() and text.isprintable() and not set(text) & set(" ,;:<>()[]\"\\'")
    has_both = bool(at and name) and "@" not in host and "." in host.strip(".")
    return plain and has_both and ".." not in text and len(text) <= limits.EMAIL_LENGTH


def compose(mail: Mail, sender: str, name: str, now: datetime) -> EmailMessage:
    """The message as it leaves. Raises RemoteRejected for an address that is none."""
    message = EmailMessage()
    try:
        message["From"] = Address(_line(name), addr_spec=sender)
        message["To"] = Address(addr_spec=mail.to)
    except (MessageError, ValueError, IndexError) as error:
        raise RemoteRejected("not an address", reason="bad-address") from error
    # A line end in a header would begin another header; the library refuses it, and the sender would never know.
    message["Subject"] = _line(mail.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{new_id(now)}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{_line(mail.unsubscribe)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def _line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


_Way = Callable[[EmailMessage], None]


def _way(server: str) -> _Way | None:
    if not server:
        return None
    try:
        parts = urlsplit(server)
        port = parts.port
    except ValueError as error:
        raise _unknown() from error
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return _folder(Path(unquote(parts.path)))
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise _unknown()
    return _server(parts, port or _PORTS[parts.scheme])


def _unknown() -> ConfigurationError:
    # The value is not repeated: it may hold a password.
    return ConfigurationError("mail must be like smtp://user:password@host:587, smtps://user:password@host:465 or file:/folder.")


def _folder(folder: Path) -> _Way:
    def write(message: EmailMessage) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        path = folder / f"{name}.eml"
        path.touch(mode=0o600)
        path.write_bytes(message.as_bytes())

    return write


def _server(parts: SplitResult, port: int) -> _Way:
    host = parts.hostname or ""
    user, password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(message: EmailMessage) -> None:
        context = ssl.create_default_context()
        try:
            with _connect(parts.scheme, host, port, context) as connection:
                if parts.scheme == "smtp" and not _is_loopback(host):
                    connection.starttls(context=context)
                if user:
                    connection.login(user, password)
                connection.send_message(message)
        except smtplib.SMTPNotSupportedError as error:
            raise RemoteRejected("the mail server offers no TLS or no sign-in", reason="mail-refused") from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _failure(min(codes, default=500)) from error
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            raise RemoteUnavailable(f"the mail server cannot be used: {type(error).__name__}", reason="mail-unavailable") from None

    return send


def _connect(scheme: str, host: str, port: int, context: ssl.SSLContext) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    return smtplib.SMTP(host, port, timeout=SECONDS)


def _failure(code: int) -> RemoteUnavailable | RemoteRejected:
    """What the server answered, without its words: they may repeat what it was sent."""
    if code in _TEMPORARY:
        return RemoteUnavailable(f"the mail server answers {code}", reason="mail-unavailable")
    return RemoteRejected(f"the mail server answers {code}", status=code, reason="mail-refused")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_email(typed: str) -> str | None:
    """The address somebody typed; None for none. Raises InvalidInput for what is no address."""
    address = typed.strip()
    if address and not is_address(address):
        raise InvalidInput("This is not an e-mail address: write it like name@example.org.", reason="bad-email", field="email")
    return address or None
