"""The terms of the contexts about keys and signatures: security v1, DID, controlled identifiers, Data Integrity, identity v1."""

from typing import Final

from fedirse.activitypub.contexts.terms import (
    AS,
    DC,
    GRAPH,
    KEYWORD_ALIASES,
    REFERENCE,
    SEC,
    SET,
    VOCABULARY,
    XSD,
    Context,
    Term,
    Terms,
    plain,
    prefixes,
    references,
)

_DID = "https://www.w3.org/ns/did#"
_DATE_TIME = XSD + "dateTime"
_MULTIBASE = SEC + "multibase"

# What may be done with a key; all but one are called otherwise in the vocabulary.
_PURPOSES: Final[Terms] = {
    "assertionMethod": Term(f"{SEC}assertionMethod", REFERENCE, SET),
    **{
        name: Term(f"{SEC}{name}Method", REFERENCE, SET)
        for name in ("authentication", "capabilityDelegation", "capabilityInvocation", "keyAgreement")
    },
}

SECURITY_V1: Final = Context(
    {
        **KEYWORD_ALIASES,
        **prefixes(dc=DC, sec=SEC, xsd=XSD),
        # Before `expiration`, so that this is the name which the property has here.
        "expires": Term(f"{SEC}expiration", _DATE_TIME),
        **plain(
            SEC,
            """
            EcdsaKoblitzSignature2016 Ed25519Signature2018 EncryptedMessage GraphSignature2012 LinkedDataSignature2015
            LinkedDataSignature2016 authenticationTag canonicalizationAlgorithm cipherAlgorithm cipherData cipherKey digestAlgorithm
            digestValue domain encryptionKey initializationVector iterationCount nonce normalizationAlgorithm password privateKeyPem
            publicKeyBase58 publicKeyPem publicKeyWif salt signature signatureValue
            """,
        ),
        **references(SEC, "owner privateKey publicKey publicKeyService"),
        **plain(SEC, "expiration revoked", _DATE_TIME),
        "CryptographicKey": Term(f"{SEC}Key"),
        "created": Term(f"{DC}created", _DATE_TIME),
        "creator": Term(f"{DC}creator", REFERENCE),
        "signatureAlgorithm": Term(f"{SEC}signingAlgorithm"),
    }
)

DID_V1: Final = Context(
    {
        **KEYWORD_ALIASES,
        **_PURPOSES,
        **references(SEC, "controller verificationMethod"),
        **references(AS, "alsoKnownAs"),
        "service": Term(f"{_DID}service", REFERENCE, scoped={**KEYWORD_ALIASES, **references(_DID, "serviceEndpoint")}),
    }
)

_PROOF_V1: Final[Terms] = {
    **KEYWORD_ALIASES,
    **plain(SEC, "challenge domain nonce cryptosuite"),
    **plain(SEC, "proofValue", _MULTIBASE),
    **references(SEC, "verificationMethod"),
    "created": Term(f"{DC}created", _DATE_TIME),
    "expires": Term(f"{SEC}expiration", _DATE_TIME),
    "proofPurpose": Term(f"{SEC}proofPurpose", VOCABULARY, scoped={**KEYWORD_ALIASES, **_PURPOSES}),
}

_PROOF_V2: Final[Terms] = {
    **_PROOF_V1,
    **references(SEC, "previousProof"),
    **plain(SEC, "cryptosuite", SEC + "cryptosuiteString"),
}


def _data_integrity(proof: Terms) -> Context:
    return Context(
        {
            **KEYWORD_ALIASES,
            **references(SEC, "proof", GRAPH),
            "DataIntegrityProof": Term(f"{SEC}DataIntegrityProof", scoped=proof),
        }
    )


DATA_INTEGRITY_V1: Final = _data_integrity(_PROOF_V1)
DATA_INTEGRITY_V2: Final = _data_integrity(_PROOF_V2)

_KEY: Final[Terms] = {
    **KEYWORD_ALIASES,
    **references(SEC, "controller"),
    **plain(SEC, "revoked", _DATE_TIME),
    "expires": Term(f"{SEC}expiration", _DATE_TIME),
}

_MULTIKEY: Final[Terms] = {
    "Multikey": Term(f"{SEC}Multikey", scoped={**_KEY, **plain(SEC, "publicKeyMultibase secretKeyMultibase", _MULTIBASE)})
}

MULTIKEY_V1: Final = Context({**KEYWORD_ALIASES, **_MULTIKEY})

CID_V1: Final = Context(
    {
        **DID_V1.terms,
        **_MULTIKEY,
        "JsonWebKey": Term(f"{SEC}JsonWebKey", scoped={**_KEY, **plain(SEC, "publicKeyJwk secretKeyJwk", "@json")}),
    }
)

_CRED = "https://w3id.org/credentials#"
_IDENTITY = "https://w3id.org/identity#"
_PERMISSIONS = "https://w3id.org/permissions#"
_PAYSWARM = "https://w3id.org/payswarm#"
_SCHEMA = "http://schema.org/"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"

IDENTITY_V1: Final = Context(
    {
        **KEYWORD_ALIASES,
        **prefixes(
            cred=_CRED,
            dc=DC,
            identity=_IDENTITY,
            perm=_PERMISSIONS,
            ps=_PAYSWARM,
            rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#",
            rdfs=_RDFS,
            sec=SEC,
            schema=_SCHEMA,
            xsd=XSD,
        ),
        **plain(AS, "Group"),
        **plain(_CRED, "Credential CryptographicKeyCredential"),
        **references(_CRED, "claim credential issuer recipient"),
        **plain(_CRED, "issued", _DATE_TIME),
        **plain(
            _SCHEMA,
            """
            addressCountry addressLocality addressRegion description email familyName givenName name postalCode streetAddress Person
            PostalAddress Organization
            """,
        ),
        **references(_SCHEMA, "about address image url member memberOf"),
        **plain(_RDFS, "comment label"),
        **plain(DC, "title"),
        **plain(DC, "created", _DATE_TIME),
        **references(DC, "creator"),
        **plain(_IDENTITY, "Identity"),
        **references(_IDENTITY, "identityService idp"),
        **plain(_PAYSWARM, "preferences", VOCABULARY),
        "paymentProcessor": Term(f"{_PAYSWARM}processor"),
        **references(_PERMISSIONS, "accessControl writePermission"),
        **plain(
            SEC,
            """
            cipherAlgorithm cipherData cipherKey digestAlgorithm digestValue domain initializationVector nonce normalizationAlgorithm
            password privateKeyPem publicKeyPem signature signatureAlgorithm signatureValue EncryptedMessage GraphSignature2012
            LinkedDataSignature2015
            """,
        ),
        **references(SEC, "owner privateKey publicKey publicKeyService"),
        **plain(SEC, "revoked", _DATE_TIME),
        "CryptographicKey": Term(f"{SEC}Key"),
        "expires": Term(f"{SEC}expiration", _DATE_TIME),
    }
)
