"""What a person says about themselves."""

import io

import orjson
import pytest
from PIL import Image

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.features.profile.model import TypedProfile
from fedirse.features.profile.rules import check_profile, render_field, usable_fields
from fedirse.storage.actors import get_actor
from tests.visitors import AS2, Browser, Shop

TYPED = {
    "name": "Inès B.",
    "bio": "Bouchère à **Colmar**.",
    "label1": "Métier",
    "value1": "Bouchère",
    "label2": "Site",
    "value2": "https://ines.example/",
}


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (300, 300), "#336699").save(made, "JPEG")
    return made.getvalue()


async def test_a_profile_is_on_its_page_and_on_the_wire(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    assert (await ines.post("/settings/profile", TYPED)).headers["location"] == "/@ines"
    page = (await Browser(shop).get("/@ines")).text
    assert "Inès B." in page
    assert "<strong>Colmar</strong>" in page
    document = orjson.loads((await shop.get("/people/ines", accept=AS2)).content)
    assert document["name"] == "Inès B."
    assert [field["name"] for field in document["attachment"]] == ["Métier", "Site"]
    assert 'href="https://ines.example/"' in document["attachment"][1]["value"]


async def test_the_form_shows_again_what_was_typed(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    await ines.post("/settings/profile", TYPED)
    page = (await ines.get("/settings/profile")).text
    assert "Bouchère à **Colmar**." in page
    assert 'value="https://ines.example/"' in page


async def test_the_pictures_are_shown_and_can_be_removed(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    files = [("avatar", ("moi.jpg", photo(), "image/jpeg")), ("header", ("large.jpg", photo(), "image/jpeg"))]
    await ines.post("/settings/profile", TYPED, files=files)
    actor = await shop.site.read(get_actor, (await shop.person("ines")).id)
    assert actor.icon is not None
    assert actor.image is not None
    assert (await shop.get(actor.icon.removeprefix(shop.site.uris.origin))).status_code == 200
    document = orjson.loads((await shop.get("/people/ines", accept=AS2)).content)
    assert document["icon"]["url"] == actor.icon
    await ines.post("/settings/profile", {**TYPED, "remove_avatar": "1"})
    assert (await shop.person("ines")).icon is None
    assert (await shop.person("ines")).image is not None


async def test_a_picture_that_is_none_changes_nothing(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    response = await ines.post("/settings/profile", TYPED, files=[("avatar", ("moi.jpg", b"GIF89a nothing", "image/jpeg"))])
    assert response.status_code == 422
    assert 'id="avatar-error"' in response.text
    assert "Bouchère à **Colmar**." in response.text
    assert (await shop.person("ines")).name == "Inès Ben Amar"


@pytest.mark.attack("CNT-004")
async def test_nothing_typed_in_a_profile_becomes_markup(shop: Shop) -> None:
    evil = '<img src=x onerror=alert(1)>"><script>alert(2)</script>'
    ines = await shop.sign_in("ines")
    await ines.post("/settings/profile", dict.fromkeys(TYPED, evil))
    page = (await Browser(shop).get("/@ines")).text
    document = orjson.loads((await shop.get("/people/ines", accept=AS2)).content)
    # Names are plain text on the wire; summary and values are HTML.
    for text in (page, document["summary"], *(field["value"] for field in document["attachment"])):
        assert "<img src=x" not in text
        assert "<script>alert" not in text


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "https://", "http://x.example", 'https://x.example/"onclick=', "hello https://x.example"]
)
def test_only_a_whole_address_becomes_a_link(value: str) -> None:
    assert "<a " not in render_field(value)


def test_a_line_needs_both_halves_and_there_are_so_many() -> None:
    lines = [(f"l{number}", "v") for number in range(limits.PROFILE_FIELDS + 1)]
    assert len(usable_fields(lines)) == limits.PROFILE_FIELDS
    with pytest.raises(InvalidInput):
        check_profile(TypedProfile("x", fields=(("Métier", ""),)))


@pytest.mark.parametrize(
    ("fits", "too_long"),
    [
        (TypedProfile("x" * limits.NAME_LENGTH), TypedProfile("x" * (limits.NAME_LENGTH + 1))),
        (TypedProfile("x", "x" * limits.BIO_LENGTH), TypedProfile("x", "x" * (limits.BIO_LENGTH + 1))),
        (
            TypedProfile("x", fields=(("l", "v" * limits.TYPED_FIELD_LENGTH),)),
            TypedProfile("x", fields=(("l", "v" * (limits.TYPED_FIELD_LENGTH + 1)),)),
        ),
    ],
)
def test_everything_has_its_length(fits: TypedProfile, too_long: TypedProfile) -> None:
    check_profile(fits)
    with pytest.raises(InvalidInput):
        check_profile(too_long)
