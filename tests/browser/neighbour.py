"""Another server on this machine, which says of everybody where they follow somebody from there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"


class _Answers(BaseHTTPRequestHandler):
    """WebFinger, and nothing else."""

    def do_GET(self) -> None:
        """Answer for whoever is asked about."""
        asked = urlsplit(self.path)
        subject = parse_qs(asked.query).get("resource", [""])[0]
        if asked.path != "/.well-known/webfinger" or not subject:
            self.send_error(404)
            return
        template = f"http://{self.headers['host']}/authorize_interaction?uri={{uri}}"
        body = json.dumps({"subject": subject, "links": [{"rel": SUBSCRIBE, "template": template}]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/jrd+json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Keep quiet."""


@contextmanager
def open_neighbour() -> Iterator[str]:
    """Serve it; gives its name, which resolves to this machine for whoever runs under the development switch."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"amis.localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
