"""The processor is shared by all threads: what one reads changes nothing of what another reads at the same time."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fedirse.activitypub.contexts.outgoing import ACTOR_CONTEXT, MEMBERSHIP_CONTEXT
from fedirse.activitypub.jsonld.expansion import expand

# Proofs and keys have contexts of their own inside the known ones; the `@json` takes the document off the fast path.
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "created": "2026-03-02T08:00:00Z",
    "verificationMethod": "https://a.example/actor#key",
    "proofPurpose": "assertionMethod",
    "proofValue": "z3",
}
MULTIKEY = {"id": "https://a.example/actor#key", "type": "Multikey", "controller": "https://a.example/actor", "publicKeyMultibase": "z6Mk"}


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads take turns after nearly every step."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def document(number: int) -> dict[str, Any]:
    about = {"id": f"https://a.example/{number}", "proof": PROOF}
    if number % 2:
        return {"@context": ACTOR_CONTEXT, "type": "Application", "assertionMethod": [MULTIKEY], **about}
    return {"@context": MEMBERSHIP_CONTEXT, "type": "Relationship", "attributes": {"city": f"Lyon {number}"}, **about}


@pytest.mark.usefixtures("hurried")
def test_what_threads_read_at_once_is_read_as_by_one() -> None:
    documents = [document(number) for number in range(300)]
    alone = [expand(one) for one in documents]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(expand, documents)) == alone
