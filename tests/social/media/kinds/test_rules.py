"""What a file is, by its first bytes."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.social.media.kinds.rules import ANYTHING, HEAD_BYTES, recognise
from fedirse.social.media.model import MediaKind


def archive(*entries: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for name, content in entries:
            opened.writestr(name, content)
    return stream.getvalue()


def brands(major: bytes, *others: bytes) -> bytes:
    content = major + bytes(4) + b"".join(others)
    return (len(content) + 8).to_bytes(4, "big") + b"ftyp" + content + bytes(64)


WORD = archive(("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", b"<R/>"), ("word/document.xml", b"<d/>"))
TEXT = archive(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<c/>"))


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (brands(b"avif", b"mif1", b"miaf"), "image/avif"),
        (b"%PDF-1.4", "application/pdf"),
        (brands(b"isom", b"avc1"), "video/mp4"),
        (brands(b"qt  "), "video/quicktime"),
        (brands(b"M4A ", b"isom"), "audio/mp4"),
        (b"\x1aE\xdf\xa3\x93B\x82\x88webm", "video/webm"),
        (b"OggS" + bytes(24) + b"\x01vorbis", "audio/ogg"),
        (b"OggS" + bytes(24) + b"\x80theora", "video/ogg"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"fLaC", "audio/flac"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (TEXT, "application/vnd.oasis.opendocument.text"),
        (archive(("notes.txt", b"x")), "application/zip"),
    ],
)
def test_a_file_is_known_by_how_it_begins(head: bytes, media_type: str) -> None:
    assert recognise(head[:HEAD_BYTES]).media_type == media_type


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<!doctype html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?>",
        b'{"@context": "https://www.w3.org/ns/activitystreams"}',
        b"#!/bin/sh",
        b"BM25 is how search engines rank",
        b"RIFF\x00\x00\x00\x00AVI ",
        brands(b"what"),
    ],
)
def test_whatever_else_is_of_no_type(head: bytes) -> None:
    assert recognise(head) == ANYTHING


@pytest.mark.parametrize(
    "head",
    [brands(b"heic", b"mif1"), b"II*\x00", b"MM\x00*", b"BM\x36\x00\x0c\x00\x00\x00\x00\x00\x36", b"\xff\x0a", b"\x00\x00\x00\x0cjP  \r\n"],
)
def test_a_picture_that_cannot_be_made_anew_is_known_as_one(head: bytes) -> None:
    kind = recognise(head)
    assert (kind.kind, kind.readable) == (MediaKind.IMAGE, False)


@settings(max_examples=50)
@given(st.sampled_from([b"", b"RIFF", b"PK\x03\x04", b"OggS", b"\x00\x00\x01\x00ftyp", b"BM", b"\x1aE\xdf\xa3"]), st.binary(max_size=64))
def test_no_beginning_breaks_it(start: bytes, rest: bytes) -> None:
    assert recognise(start + rest).media_type
