from xml.etree import ElementTree as ET

from fedirse.activitypub.host_meta import render_json, render_xrd

TEMPLATE = "https://sib.example/.well-known/webfinger?resource={uri}"


def test_the_json_form_points_to_webfinger() -> None:
    assert render_json("https://sib.example") == {"links": [{"rel": "lrdd", "type": "application/jrd+json", "template": TEMPLATE}]}


def test_the_xml_form_is_an_xrd_that_points_to_webfinger() -> None:
    root = ET.fromstring(render_xrd("https://sib.example"))  # noqa: S314 - our own rendering
    assert root.tag == "{http://docs.oasis-open.org/ns/xri/xrd-1.0}XRD"
    assert [link.attrib for link in root] == [{"rel": "lrdd", "type": "application/jrd+json", "template": TEMPLATE}]


def test_the_xml_form_is_well_formed_whatever_the_address() -> None:
    root = ET.fromstring(render_xrd('https://sib.example"<&>'))  # noqa: S314 - our own rendering
    assert root[0].attrib["template"].startswith('https://sib.example"<&>/')
