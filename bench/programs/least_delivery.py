"""The least that a delivery can do: a digest, a signature, and a POST over a warm connection. No queue, no ledger, no guard.

Started with a folder of identities, `rsa` or `ed25519`, how many at once, and inboxes; for each number read from standard input
posts so often to each of them, and says when it is done.
"""

import asyncio
import base64
import hashlib
import json
import ssl
import sys
from email.utils import formatdate
from pathlib import Path

import aiohttp
import uvloop
import yarl

from bench.identities import Identities
from fedirse.activitypub.signatures import PrivateKey
from fedirse.storage.keyring import generate_ed25519

BODY = json.dumps({"id": "https://example.org/activities/1", "type": "Create", "object": {"content": "x" * 2000}}).encode()


def sign(key: PrivateKey, inbox: yarl.URL) -> dict[str, str]:
    date = formatdate(usegmt=True)
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    signed = f"(request-target): post {inbox.raw_path}\nhost: {inbox.authority}\ndate: {date}\ndigest: SHA-256={digest}"
    signature = base64.b64encode(key.sign(signed.encode())).decode()
    named = f'keyId="https://example.org/users/author#main-key",headers="(request-target) host date digest",signature="{signature}"'
    return {"content-type": "application/activity+json", "date": date, "digest": f"SHA-256={digest}", "signature": named}


async def main() -> None:
    identities, scheme, at_once, targets = Identities(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    key = identities.key if scheme == "rsa" else generate_ed25519()
    tls = ssl.create_default_context(cafile=identities.authority)
    connector = aiohttp.TCPConnector(ssl=tls, limit=at_once, limit_per_host=4)
    async with aiohttp.ClientSession(connector=connector, skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding")) as session:

        async def deliver(queue: list[str]) -> None:
            while queue:
                inbox = yarl.URL(queue.pop(), encoded=True)
                async with session.post(inbox, data=BODY, headers=sign(key, inbox), allow_redirects=False) as response:
                    assert response.status == 202
                    await response.read()

        print(json.dumps({"ready": True}), flush=True)
        while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
            queue = targets * int(line)
            await asyncio.gather(*(deliver(queue) for _ in range(at_once)))
            print(json.dumps({"done": True}), flush=True)


uvloop.run(main())
