"""Forms as they come from a browser, read within limits; and as they go back to it, with what is wrong beside each field."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Message, Receive

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, MalformedDocument, TooLarge, UnsupportedMediaType

_WITH_FILES: Final = "multipart/form-data"
_TYPES: Final = ("application/x-www-form-urlencoded", _WITH_FILES)
# Pages of ours are UTF-8, and so are the forms in them. Other encodings that a header may name take quadratic time (punycode, idna).
_ENCODINGS: Final = (b"utf-8", b"utf8")


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody sent, or what a form shows before they do.

    Attributes:
        values: the texts of each field, line ends as LF, without NUL; never None.
        files: the files of each field that has some.
        errors: what is wrong, by the name of the field; the empty name for the whole form.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[UploadFile, ...]] = field(default_factory=dict)
    errors: Mapping[str, InvalidInput] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """The text of a field, as typed; `default` when it was not sent."""
        given = self.values.get(name, ())
        return given[0] if given else default

    def line(self, name: str, default: str = "") -> str:
        """The text of a field of one line, without spaces around it."""
        return " ".join(self.text(name, default).split())

    def several(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be sent several times, such as ticked boxes."""
        return self.values.get(name, ())

    def checked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))

    def upload(self, name: str) -> UploadFile | None:
        """The file of a field, None when none was chosen."""
        return next(iter(self.uploads(name)), None)

    def uploads(self, name: str) -> tuple[UploadFile, ...]:
        """The files of a field."""
        return self.files.get(name, ())

    def error(self, name: str) -> InvalidInput | None:
        """What is wrong with a field."""
        return self.errors.get(name)

    def with_error(self, error: InvalidInput, fallback: str = "") -> "Form":
        """The same form saying what is wrong, at the field that the error names, else at `fallback`."""
        return Form(self.values, self.files, {**self.errors, error.field or fallback: error})


def filled(values: Mapping[str, object]) -> Form:
    """A form that shows these values. A list fills a field that may be sent several times; None and False leave it empty."""
    return Form({name: _texts(value) for name, value in values.items()})


async def read_form(request: Request, *, files: bool = False, keeps_files: bool = True) -> Form:
    """The form in the body of a request.

    Args:
        request: the request; its body is read at most as far as the table of limits allows.
        files: whether files may come with it.
        keeps_files: whether their bytes are kept; without, only their names are, so that a stranger fills no disk.

    Raises:
        UnsupportedMediaType: the body is no form, or one in another encoding than UTF-8.
        TooLarge: more bytes, or more fields, than may come.
        MalformedDocument: it cannot be read.
    """
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _TYPES:
        raise UnsupportedMediaType("not a form", reason="not-a-form")
    if parse_options_header(content_type)[1].get(b"charset", b"utf-8").lower() not in _ENCODINGS:
        raise UnsupportedMediaType("a form in another encoding", reason="form-encoding")
    most = limits.UPLOAD_FORM_BYTES if files else limits.FORM_BYTES
    limited = Request(request.scope, _limited(request, most))
    try:
        async with asyncio.timeout(limits.UPLOAD_FORM_SECONDS if files else limits.FORM_SECONDS):
            most_files = limits.FORM_FILES if files else 0
            if media_type == _WITH_FILES and not keeps_files:
                parser = _WithoutFiles(
                    limited.headers,
                    limited.stream(),
                    max_files=most_files,
                    max_fields=limits.FORM_FIELDS,
                    max_part_size=limits.FORM_BYTES,
                )
                data = await parser.parse()
            else:
                data = await limited.form(max_files=most_files, max_fields=limits.FORM_FIELDS, max_part_size=limits.FORM_BYTES)
    except TimeoutError as error:
        raise MalformedDocument("the form never ended", reason="slow-form", public_message="The form could not be read.") from error
    except (MultiPartException, HTTPException) as error:
        raise MalformedDocument("the form cannot be read", reason="bad-form", public_message="The form could not be read.") from error
    return _form(data)


class _WithoutFiles(MultiPartParser):
    """Reads the fields of a form and lets the bytes of its files go by."""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Some bytes of a part came."""
        if self._current_part.file is None:
            super().on_part_data(data, start, end)


def _limited(request: Request, most: int) -> Receive:
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > most:
            raise TooLarge("form too large", reason="form-too-large", public_message="That is more than this site accepts at once.")
        return message

    return receive


def _form(data: FormData) -> Form:
    values: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[UploadFile, ...]] = {}
    for name, value in data.multi_items():
        if isinstance(value, str):
            values[name] = (*values.get(name, ()), _clean(value))
        elif value.filename or value.size:
            files[name] = (*files.get(name, ()), value)
    if sum(map(len, values.values())) > limits.FORM_FIELDS:
        raise TooLarge("too many fields", reason="form-fields")
    return Form(values, files)


def _clean(text: str) -> str:
    """As typed, except what no database or page can hold: NUL and lone surrogates. Line ends become LF (HTML 4.10.21)."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return kept.encode("utf-8", "replace").decode()


def _texts(value: object) -> tuple[str, ...]:
    if value is None or value is False:
        return ()
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (str(value),)
    return tuple(str(one) for one in value)
