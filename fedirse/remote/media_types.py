"""Content types of what is fetched besides ActivityStreams documents, whose own are in `activitypub.vocabulary`. Pure."""

import re

# RFC 9110, sections 5.6.2 and 5.6.4, without obsolete text.
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[\t !#-\[\]-~]|\\[\t -~])*"'
_JRD = re.compile(rf"application/(?:jrd\+)?json(?:[ \t]*;[ \t]*{_WORD}=(?:{_WORD}|{_QUOTED}))*[ \t]*;?[ \t]*", re.IGNORECASE)

_PICTURE = re.compile(r"image/(?:png|jpe?g|gif|webp|avif)[ \t]*(?:;.{0,200})?", re.IGNORECASE)

PICTURES = "image/avif, image/webp, image/png, image/jpeg, image/gif"
"""What is asked for where a picture is fetched."""


def is_jrd(content_type: str) -> bool:
    """Whether a Content-Type may carry a JSON Resource Descriptor (RFC 7033, section 10.2) or a NodeInfo document.

    Plain JSON is common for both, with whatever profile; a list of types is not one type.
    """
    return _JRD.fullmatch(content_type) is not None


def is_picture(content_type: str) -> bool:
    """Whether a Content-Type is that of a picture which can be made anew; what the bytes are is found out by whoever decodes them."""
    return _PICTURE.fullmatch(content_type) is not None
