"""Which context is published at which address, however the address is written."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from fedirse.activitypub.contexts import extensions, security
from fedirse.activitypub.contexts.activitystreams import ACTIVITYSTREAMS
from fedirse.activitypub.contexts.terms import Context
from fedirse.activitypub.vocabulary import AS2

LITEPUB: Final = "https://litepub.social/litepub/context"

KNOWN: Final[Mapping[str, Context]] = MappingProxyType(
    {
        AS2: ACTIVITYSTREAMS,
        "https://w3id.org/security/v1": security.SECURITY_V1,
        "https://www.w3.org/ns/did/v1": security.DID_V1,
        "https://www.w3.org/ns/cid/v1": security.CID_V1,
        "https://w3id.org/security/data-integrity/v1": security.DATA_INTEGRITY_V1,
        "https://w3id.org/security/data-integrity/v2": security.DATA_INTEGRITY_V2,
        "https://w3id.org/security/multikey/v1": security.MULTIKEY_V1,
        "https://w3id.org/identity/v1": security.IDENTITY_V1,
        "https://joinmastodon.org/ns": extensions.JOINMASTODON,
        "https://gotosocial.org/ns": extensions.GOTOSOCIAL,
        "https://join-lemmy.org/context.json": extensions.JOIN_LEMMY,
        LITEPUB: extensions.LITEPUB_0_1,
        "https://purl.archive.org/miscellany": extensions.MISCELLANY,
        "https://purl.archive.org/socialweb/miscellany": extensions.MISCELLANY,
        "https://purl.archive.org/socialweb/webfinger": extensions.WEBFINGER,
        "https://w3id.org/fep/5711": extensions.FEP_5711,
        "https://w3id.org/fep/7aa9": extensions.FEP_7AA9,
        "https://w3id.org/fep/ef61": extensions.FEP_EF61,
    }
)
"""The contexts written here, by normalised address."""

BUNDLED: Final = frozenset(
    {
        "https://w3id.org/security/v2",
        "https://w3id.org/security/suites/ed25519-2020/v1",
        "https://w3id.org/security/suites/jws-2020/v1",
        "https://www.w3.org/2018/credentials/v1",
        "https://www.w3.org/ns/credentials/v2",
    }
)
"""The contexts that only the JSON-LD processor has; they are too rare here to be worth a table."""


def normalise(address: str) -> str:
    """The address under which a context is looked up: https, without an empty fragment and without `.jsonld`.

    LitePub's context is published by every server that uses it, so the path decides and not the host.
    """
    if address.startswith("http://"):
        address = "https" + address[4:]
    address = address.removesuffix("#").removesuffix(".jsonld")
    if address.startswith("https://") and address.endswith(("/litepub-0.1", "//litepub.social/context")):
        return LITEPUB
    return address
