"""Every error fedirse raises on purpose.

    FedirseError
    ├── ConfigurationError         the operator must change a setting, a file or an argument
    ├── ProtocolError              the peer broke a rule of the protocol; never retried
    │   ├── MalformedDocument      the bytes or the document are not what the specification asks for
    │   ├── UnsupportedMediaType   the body is of a type or coding that is not read here
    │   ├── TooLarge               more bytes than the table of limits allows
    │   ├── SignatureError         no signature, or one that does not hold
    │   └── OriginMismatch         somebody speaks for an id that is not theirs
    ├── Refused                    understood, and we will not
    │   ├── NotAMember             only members of the network may
    │   ├── Blocked                the actor or the host is blocked here
    │   ├── OutsideAudience        the reader is not among those it is for
    │   └── NotAuthorised          the account's role or token does not allow it
    ├── NotFound                   missing, or not yours: the two answer the same
    ├── Gone                       it was here and has been deleted
    ├── Conflict                   the name, id or version is taken
    ├── InvalidInput               a person typed something that cannot be used
    ├── Misdirected                no site of that domain is served here
    ├── RateLimited                too many of these for now
    ├── RemoteError                another server could not be used
    │   ├── RemoteUnavailable      it may work later; retried
    │   ├── RemoteRejected         it answered no; not retried
    │   ├── RemoteGone             it answered that the thing is gone
    │   ├── UnsafeAddress          the address is not one we connect to
    │   └── ResponseTooLarge       its answer exceeds the table of limits
    └── StorageError               the database or the disk failed
        ├── StorageFull            no space left to write
        └── StorageBusy            another process holds the database

An error has two faces: `str(error)` for the log, `error.public_message` for whoever asked. The latter is a sentence in English with
its `words` filled in; pages translate the sentence first (`error.sentence`). `reason` is a short stable code, counted and shown to
administrators.
"""

from collections.abc import Callable


class FedirseError(Exception):
    """Root of the tree; raised only through its branches.

    Args:
        message: what happened, for the log; may name ids, never content.
        reason: stable code in kebab-case; defaults to the one of the class.
        public_message: what the other side may read; defaults to the one of the class. A sentence with named place holders, like
            `%(limit)s`, so that pages can translate it.
        words: what stands in the place of the place holders.
    """

    default_reason = "error"
    default_public_message = "Something went wrong on this site."

    def __init__(self, message: str = "", *, reason: str | None = None, public_message: str | None = None, **words: object) -> None:
        self.reason = reason or self.default_reason
        self.template = public_message or self.default_public_message
        self.words = words
        super().__init__(message or self.public_message)

    @property
    def public_message(self) -> str:
        """What the other side may read, in English."""
        return self.sentence(lambda text: text)

    def sentence(self, translate: Callable[[str], str]) -> str:
        """What the other side may read, in the language that `translate` speaks."""
        template = translate(self.template)
        return template % self.words if self.words else template


class ConfigurationError(FedirseError):
    """The operator must change a setting, a file or an argument; the message says which and how."""

    default_reason = "configuration"

    def __init__(self, message: str, *, reason: str | None = None, **words: object) -> None:
        super().__init__("", reason=reason, public_message=message, **words)


class ProtocolError(FedirseError):
    """The peer broke a rule of the protocol. Recorded, never retried."""

    default_reason = "protocol"
    default_public_message = "The request breaks a rule of the protocol."


class MalformedDocument(ProtocolError):
    """The bytes or the document are not what the specification asks for."""

    default_reason = "malformed"
    default_public_message = "The document cannot be read."


class UnsupportedMediaType(ProtocolError):
    """The body is of a type or coding that is not read here."""

    default_reason = "media-type"
    default_public_message = "This media type or content coding is not accepted here."


class TooLarge(ProtocolError):
    """More bytes than the table of limits allows."""

    default_reason = "too-large"
    default_public_message = "The body is larger than this site accepts."


class SignatureError(ProtocolError):
    """No signature, or one that does not hold."""

    default_reason = "signature"
    default_public_message = "The request is not signed, or its signature does not hold."


class OriginMismatch(ProtocolError):
    """Somebody speaks for an id that is not theirs."""

    default_reason = "origin"
    default_public_message = "The signer may not speak for this id."


class Refused(FedirseError):
    """Understood, and we will not."""

    default_reason = "refused"
    default_public_message = "This site does not accept that."


class NotAMember(Refused):
    """Only members of the network may."""

    default_reason = "not-a-member"


class Blocked(Refused):
    """The actor or the host is blocked here."""

    default_reason = "blocked"


class OutsideAudience(Refused):
    """The reader is not among those it is for; answered like NotFound."""

    default_reason = "outside-audience"
    default_public_message = "There is nothing here."


class NotAuthorised(Refused):
    """The account's role or token does not allow it."""

    default_reason = "not-authorised"
    default_public_message = "You are not allowed to do that."


class NotFound(FedirseError):
    """Missing, or not yours: the two answer the same bytes."""

    default_reason = "not-found"
    default_public_message = "There is nothing here."


class Gone(FedirseError):
    """It was here and has been deleted."""

    default_reason = "gone"
    default_public_message = "This was deleted."


class Conflict(FedirseError):
    """The name, id or version is taken."""

    default_reason = "conflict"
    default_public_message = "That is already taken."


class InvalidInput(FedirseError):
    """A person typed something that cannot be used; the message says what to type instead.

    Args:
        message: the sentence, a template as every `public_message`.
        reason: stable code.
        field: name of the form field it is about, so that a page shows it there.
        words: for the sentence.
    """

    default_reason = "invalid-input"

    def __init__(self, message: str, *, reason: str | None = None, field: str | None = None, **words: object) -> None:
        self.field = field
        super().__init__("", reason=reason, public_message=message, **words)


class Misdirected(FedirseError):
    """No site of that domain is served here."""

    default_reason = "unknown-domain"
    default_public_message = "No site of that name lives on this server."


class RateLimited(FedirseError):
    """Too many of these for now.

    Args:
        message: what was limited, for the log.
        retry_after: seconds after which another try makes sense.
    """

    default_reason = "rate-limited"
    default_public_message = "Too many requests; try again later."

    def __init__(self, message: str = "", *, retry_after: float, reason: str | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message, reason=reason)


class RemoteError(FedirseError):
    """Another server could not be used."""

    default_reason = "remote"
    default_public_message = "The other server could not be used."


class RemoteUnavailable(RemoteError):
    """It may work later: no connection, a timeout, 5xx, 429.

    Args:
        message: what happened, for the log.
        retry_after: seconds the server asked to wait, when it said.
        public_message, words: as for every error.
    """

    default_reason = "remote-unavailable"
    default_public_message = "The other server does not answer at the moment."

    def __init__(
        self,
        message: str = "",
        *,
        retry_after: float | None = None,
        reason: str | None = None,
        public_message: str | None = None,
        **words: object,
    ) -> None:
        self.retry_after = retry_after
        super().__init__(message, reason=reason, public_message=public_message, **words)


class RemoteRejected(RemoteError):
    """It answered no.

    Args:
        message: what happened, for the log.
        status: the HTTP status it answered, when it did.
    """

    default_reason = "remote-rejected"
    default_public_message = "The other server refused."

    def __init__(self, message: str = "", *, status: int | None = None, reason: str | None = None) -> None:
        self.status = status
        super().__init__(message, reason=reason)


class RemoteGone(RemoteError):
    """It answered that the thing is gone (404 or 410, or a Tombstone).

    Args:
        message: what happened, for the log.
        explicit: whether it said so in so many words. A 404 may also mean that we must not see it, or that nobody is home.
    """

    default_reason = "remote-gone"
    default_public_message = "The other server says that this no longer exists."

    def __init__(self, message: str = "", *, explicit: bool = False) -> None:
        self.explicit = explicit
        super().__init__(message)


class UnsafeAddress(RemoteError):
    """The address is not one we connect to."""

    default_reason = "unsafe-address"
    default_public_message = "This address cannot be used."


class ResponseTooLarge(RemoteError):
    """Its answer exceeds the table of limits."""

    default_reason = "response-too-large"
    default_public_message = "The other server's answer is too large."


class StorageError(FedirseError):
    """The database or the disk failed."""

    default_reason = "storage"
    default_public_message = "This site cannot save anything at the moment. Nothing of yours was changed; try again soon."


class StorageFull(StorageError):
    """No space left to write."""

    default_reason = "storage-full"
    default_public_message = (
        "The disk of this site is full: nothing can be saved until there is room again. Reading, signing in and deleting still work."
    )


class StorageBusy(StorageError):
    """Another process holds the database for longer than we wait."""

    default_reason = "storage-busy"
