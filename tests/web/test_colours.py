"""Whatever colours a site chooses, its pages can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.base.settings import SiteSettings
from fedirse.web.colours import READABLE, contrast, mixed, readable_on, text_on
from fedirse.web.static import DARK_SURFACES, FOLDER, LIGHT_SURFACES, render_brand

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
STYLE = "".join(part.read_text(encoding="utf-8") for part in sorted(FOLDER.glob("*/*.css")))


def properties(css: str) -> list[dict[str, str]]:
    """The custom properties of light and dark; dark is written twice, the same both times."""
    blocks = re.findall(r":root(?:\[data-theme=\"?dark\"?\]|:not\(\[data-theme=\"?light\"?\]\))?\s*\{([^}]*)\}", css)[:3]
    light, dark, again = (dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b", block)) for block in blocks)
    assert dark == again
    return [light, dark]


def test_black_on_white_is_the_most_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#123456", "#123456") == pytest.approx(1)


def test_a_known_pair_has_the_contrast_that_others_compute() -> None:
    # From the understanding document of WCAG 1.4.3: #777777 on white just fails.
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@given(COLOURS)
def test_there_is_a_text_colour_for_every_background(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= READABLE


@given(COLOURS)
def test_every_colour_has_a_readable_shade_on_the_surfaces(colour: str) -> None:
    for surfaces in (LIGHT_SURFACES, DARK_SURFACES):
        shade = readable_on(colour, *surfaces)
        assert all(contrast(shade, surface) >= READABLE for surface in surfaces)


def test_a_readable_colour_stays_as_it_is() -> None:
    assert readable_on("#1f4e79", *LIGHT_SURFACES) == "#1f4e79"


def test_colours_mix_by_share() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#102030", "#ffffff", 0) == "#102030"


@given(colour=COLOURS, accent=COLOURS)
def test_every_brand_gives_readable_pages(colour: str, accent: str) -> None:
    settings = SiteSettings(domain="magasin.example", name="M", handle="m", colour=colour, accent=accent)
    light, dark = properties(render_brand(settings))
    assert contrast(light["on-brand"], light["brand"]) >= READABLE
    for scheme, surfaces in ((light, LIGHT_SURFACES), (dark, DARK_SURFACES)):
        for surface in (*surfaces, scheme["tint"]):
            assert contrast(scheme["link"], surface) >= READABLE
        for surface in surfaces:
            assert contrast(scheme["accent-text"], surface) >= READABLE


def test_the_surfaces_are_those_of_the_stylesheet() -> None:
    light, dark = properties(STYLE)[:2]
    assert (light["surface"], light["page"]) == LIGHT_SURFACES
    assert (dark["surface"], dark["page"]) == DARK_SURFACES


@pytest.mark.parametrize("ink", ["ink", "soft"])
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_our_own_inks_can_be_read(ink: str, scheme: int) -> None:
    colours = properties(STYLE)[scheme]
    assert all(contrast(colours[ink], colours[surface]) >= READABLE for surface in ("surface", "page"))


def test_the_letters_of_monograms_can_be_read() -> None:
    pairs = re.findall(r"\.hue-\d \{ background: (#[0-9a-f]{6}); color: (#[0-9a-f]{6}); \}", STYLE)
    assert len(pairs) == 8
    assert all(contrast(background, ink) >= READABLE for background, ink in pairs)
