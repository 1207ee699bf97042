"""What a file is, by its first bytes and never by its name or by what its sender calls it. Pure."""

from typing import Final

from fedirse.social.media.model import FileType, MediaKind

HEAD_BYTES: Final = 4096
"""How much of a file is looked at."""

ANYTHING: Final = FileType("application/octet-stream", MediaKind.FILE)
"""What is not recognised, and all that a browser would run: HTML, SVG, XML, scripts. It is served as a download of no type."""

_BY_START: Final[tuple[tuple[bytes, FileType], ...]] = (
    (b"\x89PNG\r\n\x1a\n", FileType("image/png", MediaKind.IMAGE)),
    (b"\xff\xd8\xff", FileType("image/jpeg", MediaKind.IMAGE)),
    (b"GIF87a", FileType("image/gif", MediaKind.IMAGE)),
    (b"GIF89a", FileType("image/gif", MediaKind.IMAGE)),
    (b"II*\x00", FileType("image/tiff", MediaKind.IMAGE, readable=False)),
    (b"MM\x00*", FileType("image/tiff", MediaKind.IMAGE, readable=False)),
    (b"\xff\x0a", FileType("image/jxl", MediaKind.IMAGE, readable=False)),
    (b"\x00\x00\x00\x0cJXL ", FileType("image/jxl", MediaKind.IMAGE, readable=False)),
    (b"\x00\x00\x00\x0cjP  ", FileType("image/jp2", MediaKind.IMAGE, readable=False)),
    (b"\xff\x4f\xff\x51", FileType("image/jp2", MediaKind.IMAGE, readable=False)),
    (b"%PDF-", FileType("application/pdf", MediaKind.DOCUMENT, (".pdf",))),
    (b"ID3", FileType("audio/mpeg", MediaKind.AUDIO, (".mp3",))),
    (b"\xff\xfb", FileType("audio/mpeg", MediaKind.AUDIO, (".mp3",))),
    (b"\xff\xf3", FileType("audio/mpeg", MediaKind.AUDIO, (".mp3",))),
    (b"\xff\xf2", FileType("audio/mpeg", MediaKind.AUDIO, (".mp3",))),
    (b"fLaC", FileType("audio/flac", MediaKind.AUDIO, (".flac",))),
)

# ISO/IEC 14496-12, section 4.3: a major brand, a version, then the brands it is compatible with.
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_MP4_BRANDS: Final = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V ", b"MSNV", b"3gp4", b"3gp5"}
)
_AVIF: Final = FileType("image/avif", MediaKind.IMAGE)
_HEIF: Final = FileType("image/heic", MediaKind.IMAGE, readable=False)
_MP4: Final = FileType("video/mp4", MediaKind.VIDEO, (".mp4", ".m4v"))
_MOV: Final = FileType("video/quicktime", MediaKind.VIDEO, (".mov",))
_M4A: Final = FileType("audio/mp4", MediaKind.AUDIO, (".m4a",))

_WEBP: Final = FileType("image/webp", MediaKind.IMAGE)
_WAV: Final = FileType("audio/wav", MediaKind.AUDIO, (".wav",))
_BMP: Final = FileType("image/bmp", MediaKind.IMAGE, readable=False)
_WEBM: Final = FileType("video/webm", MediaKind.VIDEO, (".webm",))
_OGG_VIDEO: Final = FileType("video/ogg", MediaKind.VIDEO, (".ogv", ".ogg"))
_OGG_AUDIO: Final = FileType("audio/ogg", MediaKind.AUDIO, (".ogg", ".oga", ".opus"))

_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_ZIP: Final = FileType("application/zip", MediaKind.FILE)
_OPEN_DOCUMENTS: Final = {
    f"{_OPEN_DOCUMENT}.text".encode(): FileType(f"{_OPEN_DOCUMENT}.text", MediaKind.DOCUMENT, (".odt",)),
    f"{_OPEN_DOCUMENT}.spreadsheet".encode(): FileType(f"{_OPEN_DOCUMENT}.spreadsheet", MediaKind.DOCUMENT, (".ods",)),
    f"{_OPEN_DOCUMENT}.presentation".encode(): FileType(f"{_OPEN_DOCUMENT}.presentation", MediaKind.DOCUMENT, (".odp",)),
}
_OFFICE_PARTS: Final = (
    (b"word/", FileType(f"{_OFFICE}.wordprocessingml.document", MediaKind.DOCUMENT, (".docx", ".docm"))),
    (b"xl/", FileType(f"{_OFFICE}.spreadsheetml.sheet", MediaKind.DOCUMENT, (".xlsx", ".xlsm"))),
    (b"ppt/", FileType(f"{_OFFICE}.presentationml.presentation", MediaKind.DOCUMENT, (".pptx", ".pptm"))),
)


def recognise(head: bytes) -> FileType:
    """What the file is that begins with these bytes (the first `HEAD_BYTES`, or all of a shorter one)."""
    for start, kind in _BY_START:
        if head.startswith(start):
            return kind
    if head[4:8] == b"ftyp":
        return _recognise_brands(head)
    if head.startswith(b"RIFF"):
        return {b"WEBP": _WEBP, b"WAVE": _WAV}.get(head[8:12], ANYTHING)
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return _WEBM
    if head.startswith(b"OggS"):
        return _OGG_VIDEO if b"theora" in head[:128] else _OGG_AUDIO
    if head.startswith(b"PK\x03\x04"):
        return _recognise_archive(head)
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        return _BMP
    return ANYTHING


def _recognise_brands(head: bytes) -> FileType:
    length = min(int.from_bytes(head[:4], "big"), 256)
    major, rest = head[8:12], head[16:length]
    brands = {major, *(rest[at : at + 4] for at in range(0, len(rest), 4))}
    # What is both is read as the one we can read; the decoder has the last word.
    if brands & _AVIF_BRANDS:
        return _AVIF
    if brands & _HEIF_BRANDS:
        return _HEIF
    if major == b"M4A ":
        return _M4A
    if major == b"qt  ":
        return _MOV
    return _MP4 if brands & _MP4_BRANDS else ANYTHING


def _recognise_archive(head: bytes) -> FileType:
    """Office documents are archives that say what they are in their first entries (ODF 1.3 part 2, section 3.3; ECMA-376 part 2)."""
    name_length = int.from_bytes(head[26:28], "little")
    start = 30 + name_length + int.from_bytes(head[28:30], "little")
    if head[30 : 30 + name_length] == b"mimetype":
        size = int.from_bytes(head[18:22], "little")
        return _OPEN_DOCUMENTS.get(head[start : start + min(size, 256)], _ZIP)
    if b"[Content_Types].xml" in head:
        return next((kind for part, kind in _OFFICE_PARTS if part in head), _ZIP)
    return _ZIP
