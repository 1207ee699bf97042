"""Mail leaves as the operator said, and never carries more than it should."""

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import ClassVar, Self

import pytest

from fedirse.base.errors import ConfigurationError, RemoteRejected, RemoteUnavailable
from fedirse.remote.mail import Mail, Mailer, MailSettings, compose
from tests.federation.network import START

LETTER = Mail("ines@mail.example", "Connexion à Colmar", "Bonjour\nhttps://magasin.example/link/x\n", "<p>Bonjour</p>")
SENDER = "magasin@mail.example"


def test_a_mail_says_who_it_is_from_and_that_nobody_answers() -> None:
    made = compose(LETTER, SENDER, "Magasin de Colmar", START)
    assert (made["From"], made["To"]) == ("Magasin de Colmar <magasin@mail.example>", "ines@mail.example")
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["Message-ID"].endswith("@mail.example>")
    plain, html = made.get_body(("plain",)), made.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "/link/x" in plain.get_content()


@pytest.mark.parametrize("words", ["Colmar\r\nBcc: evil@evil.example", "Colmar\nX: y", "Colmar\x00\x1b", "Colmar\u2028Bcc: a@b.example"])
def test_a_line_end_in_a_name_or_subject_begins_no_header(words: str) -> None:
    made = compose(Mail("ines@mail.example", words, "x"), SENDER, words, START)
    read = EmailMessage(policy=default)
    assert set(made.keys()) == {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"} | {
        name for name in made if name.lower().startswith("content-")
    }
    assert b"\nBcc" not in made.as_bytes()
    assert read["Bcc"] is made["Bcc"] is None


@pytest.mark.parametrize("address", ["a@b.example\r\nBcc: x@y.example", "a@b.example, x@y.example", "no address", ""])
def test_what_is_no_address_is_never_written_to(address: str) -> None:
    with pytest.raises(RemoteRejected):
        compose(Mail(address, "x", "x"), SENDER, "Colmar", START)


async def test_mail_can_land_in_a_folder_that_only_the_operator_reads(tmp_path: Path) -> None:
    mailer = Mailer(MailSettings(f"file:{tmp_path}/mails", SENDER))
    await mailer.send(LETTER, "Colmar", START)
    (written,) = (tmp_path / "mails").iterdir()
    assert written.suffix == ".eml"
    assert written.stat().st_mode & 0o077 == 0
    assert b"ines@mail.example" in written.read_bytes()


async def test_without_a_setting_nothing_is_sent() -> None:
    assert not Mailer().can_send
    with pytest.raises(RemoteRejected):
        await Mailer().send(LETTER, "Colmar", START)


@pytest.mark.parametrize(
    "server", ["http://x", "smtp://:25", "smtp://h:port", "smtp://h/path", "file:relative", "file://host/x", "mail.example", "smtp://h?x=1"]
)
def test_a_setting_that_is_no_way_is_refused_without_repeating_it(server: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Mailer(MailSettings(server, SENDER))
    assert server not in refused.value.public_message


def test_a_sender_is_needed() -> None:
    with pytest.raises(ConfigurationError, match="mail_from"):
        Mailer(MailSettings("smtp://mail.example", ""))


def test_the_password_of_the_server_is_in_no_text_of_the_settings() -> None:
    assert "secret" not in repr(MailSettings("smtp://u:secret@mail.example", SENDER))


class Server:
    """A mail server that a test tells what to answer; notes what it was asked in what order."""

    asked: ClassVar[list[str]] = []
    failure: ClassVar[Exception | None] = None

    def __init__(self, host: str, port: int, **options: object) -> None:
        Server.asked = [f"{type(self).__name__} {host}:{port}"]
        self.options = options

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def starttls(self, *, context: ssl.SSLContext) -> None:
        assert context.check_hostname
        Server.asked.append("starttls")

    def login(self, user: str, password: str) -> None:
        Server.asked.append(f"login {user} {password}")

    def send_message(self, message: EmailMessage) -> None:
        if Server.failure is not None:
            raise Server.failure
        Server.asked.append(f"send {message['To']}")


class ServerOverTls(Server):
    """One that speaks TLS from the start."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(smtplib, "SMTP_SSL", ServerOverTls)
    monkeypatch.setattr(Server, "failure", None)
    return Server


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("smtp://mail.example", ["Server mail.example:587", "starttls"]),
        ("smtp://u%40x:p%2Fw@mail.example:25", ["Server mail.example:25", "starttls", "login u@x p/w"]),
        ("smtps://u:p@mail.example", ["ServerOverTls mail.example:465", "login u p"]),
        ("smtp://127.0.0.1:1025", ["Server 127.0.0.1:1025"]),
        ("smtp://localhost", ["Server localhost:587"]),
    ],
)
async def test_the_way_is_encrypted_before_anything_is_said(address: str, asked: list[str], server: type[Server]) -> None:
    await Mailer(MailSettings(address, SENDER)).send(LETTER, "Colmar", START)
    assert server.asked == [*asked, "send ines@mail.example"]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"secret words")}), RemoteRejected),
        (smtplib.SMTPRecipientsRefused({"x": (450, b"later")}), RemoteUnavailable),
        (smtplib.SMTPDataError(451, b"secret words"), RemoteUnavailable),
        (smtplib.SMTPAuthenticationError(535, b"secret words"), RemoteRejected),
        (smtplib.SMTPServerDisconnected("secret words"), RemoteUnavailable),
        (smtplib.SMTPNotSupportedError("secret words"), RemoteRejected),
        (ConnectionRefusedError("secret words"), RemoteUnavailable),
        (ssl.SSLCertVerificationError("secret words"), RemoteUnavailable),
    ],
)
async def test_a_failure_is_tried_again_when_it_may_pass_and_repeats_no_words(
    failure: Exception, kind: type[Exception], server: type[Server]
) -> None:
    server.failure = failure
    with pytest.raises(kind) as failed:
        await Mailer(MailSettings("smtp://mail.example", SENDER)).send(LETTER, "Colmar", START)
    assert "secret" not in str(failed.value)
