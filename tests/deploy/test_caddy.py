"""The Caddyfile is valid, hands requests on unchanged, and writes no secret into its log."""

import http.client
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fedirse.base.limits import INBOX_BODY_BYTES
from tests.fixtures_folder import ROOT
from tests.programs import find_program

CADDYFILE = ROOT / "deploy" / "Caddyfile"
DOMAIN = "social.example.org"


@dataclass
class Upstream:
    """What stands where fedirse would, and what reached it."""

    server: ThreadingHTTPServer
    seen: list[tuple[str, dict[str, str], int]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.server.server_address[1]


@dataclass(frozen=True)
class Proxy:
    """A running Caddy."""

    port: int
    log: Path
    process: subprocess.Popen[str]

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body or None, {"Host": f"{DOMAIN}:{self.port}", **named})
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        return answer


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = len(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            found.seen.append((self.path, dict(self.headers.items()), size))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer  # noqa: N815  # named by http.server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # named by http.server
            """Silence."""

    found = Upstream(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    thread = threading.Thread(target=found.server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def proxy(upstream: Upstream, tmp_path: Path) -> Iterator[Proxy]:
    """Caddy with the shipped file, changed only in what a test cannot have: public names, certificates and /var."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as free:
        port = free.server_address[1]
    log = tmp_path / "fedirse.log"
    text = CADDYFILE.read_text().replace("127.0.0.1:8000", f"127.0.0.1:{upstream.port}").replace("/var/log/caddy/fedirse.log", str(log))
    text = re.sub(r"[\w.-]+\.example\.org(?=[ ,])", rf"http://\g<0>:{port}", text)
    text = text.replace("{\n", "{\n\tauto_https off\n\tadmin off\n\tdefault_bind 127.0.0.1\n", 1)
    config = tmp_path / "Caddyfile"
    config.write_text(text)
    command = [find_program("caddy"), "run", "--config", str(config), "--adapter", "caddyfile"]
    with subprocess.Popen(command, env=home(tmp_path), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        started = next((line for line in process.stderr if "serving initial configuration" in line or line.startswith("Error")), "")
        assert "serving" in started, started
        # What Caddy still says is read away, or it would stop at a full pipe.
        reader = threading.Thread(target=process.stderr.read)
        reader.start()
        yield Proxy(port, log, process)
        process.terminate()
        reader.join()


def home(folder: Path) -> dict[str, str]:
    """An environment in which Caddy writes nowhere but in `folder`."""
    return {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}


def test_caddy_accepts_the_file(tmp_path: Path) -> None:
    # Validating opens the log, so the log lies elsewhere; nothing else is changed.
    config = tmp_path / "Caddyfile"
    config.write_text(CADDYFILE.read_text().replace("/var/log/caddy/", f"{tmp_path}/"))
    command = [find_program("caddy"), "validate", "--config", str(config), "--adapter", "caddyfile"]
    outcome = subprocess.run(command, env=home(tmp_path), capture_output=True, text=True, check=False, timeout=60)
    assert outcome.returncode == 0, outcome.stderr
    assert '"level":"warn"' not in outcome.stderr


def test_a_body_that_no_site_takes_stops_at_the_proxy(proxy: Proxy, upstream: Upstream) -> None:
    body = b"x" * (20 * INBOX_BODY_BYTES)
    # It may hang up while the rest is still being sent; that is a refusal too.
    with suppress(BrokenPipeError, ConnectionResetError):
        # Caddy 2.6 of Debian 12 says 502 where later ones say 413.
        assert proxy.request("POST", "/media", body).status in {413, 502}
    assert all(size < len(body) for _, _, size in upstream.seen)


def test_the_largest_activity_passes(proxy: Proxy, upstream: Upstream) -> None:
    assert proxy.request("POST", "/inbox", b"x" * INBOX_BODY_BYTES).status == 200
    assert upstream.seen[0][2] == INBOX_BODY_BYTES


def test_what_a_signature_covers_arrives_as_it_was_sent(proxy: Proxy, upstream: Upstream) -> None:
    path = "/actors/%C3%A9lise//inbox?page=a%2Fb+c"
    proxy.request("POST", path, b"{}", Date="Sun, 06 Nov 1994 08:49:37 GMT", Digest="SHA-256=abc", Signature='keyId="k"')
    arrived, headers, _ = upstream.seen[0]
    assert arrived == path
    assert (headers["Host"], headers["Date"]) == (f"{DOMAIN}:{proxy.port}", "Sun, 06 Nov 1994 08:49:37 GMT")
    assert (headers["Digest"], headers["Signature"]) == ("SHA-256=abc", 'keyId="k"')


def test_a_visitor_cannot_say_where_he_comes_from(proxy: Proxy, upstream: Upstream) -> None:
    proxy.request("GET", "/", X_Forwarded_For="192.0.2.7", X_Forwarded_Proto="gopher")
    headers = upstream.seen[0][1]
    assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("127.0.0.1", "http")


def test_the_log_has_the_request_but_none_of_its_secrets(proxy: Proxy) -> None:
    proxy.request("GET", "/stream?access_token=secret1", Authorization="Bearer secret2", Cookie="session=secret3")
    for path in ("/link/secret4", "/invitation/secret5/options", "/network/invitations/secret6"):
        proxy.request("GET", path)
    proxy.process.terminate()
    proxy.process.wait(timeout=30)
    written = proxy.log.read_text()
    assert "secret" not in written
    assert json.loads(written.splitlines()[0])["request"]["uri"] == "/stream-"
