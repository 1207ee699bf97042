"""Our own XML, read back."""

from xml.etree import ElementTree as ET


def parsed(body: str | bytes) -> ET.Element:
    """The root element. Raises ParseError for what is not well-formed."""
    return ET.fromstring(body)  # noqa: S314 - what is read was written by the code under test
