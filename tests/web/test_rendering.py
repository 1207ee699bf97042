"""What goes into a page is harmless, whoever wrote it."""

import re
from dataclasses import replace

import pytest
from jinja2 import UndefinedError

from fedirse.web.rendering import PACKAGE, environment, excerpt, field_value, name, profile_path, safe_html
from tests.visitors import remote_actor

SCRIPTS = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", '<a href="javascript:alert(1)">x</a>']


@pytest.mark.attack("CNT-001")
@pytest.mark.parametrize(
    "html", [*SCRIPTS, "<style>*{display:none}</style>", '<p style="position:fixed">x</p>', '<a href="//evil.example">x</a>']
)
def test_html_is_cleaned_again_when_it_is_shown(html: str) -> None:
    shown = safe_html(f"<p>Bonjour</p>{html}")
    assert "<p>Bonjour</p>" in shown
    assert not re.search(r"<(?:script|img|svg|style)|on\w+=|javascript:|style=|href", shown)


@pytest.mark.attack("CNT-015")
def test_template_syntax_in_a_text_stays_a_text() -> None:
    template = environment("fr").from_string("{{ text | safe_html }}{{ text | name }}")
    assert template.render(text="{{ 7*7 }}{% raw %}${7*7}").count("{{ 7*7 }}") == 2


@pytest.mark.attack("CNT-004")
@pytest.mark.parametrize("text", SCRIPTS)
def test_a_name_is_text(text: str) -> None:
    assert re.sub(r"</?bdi>", "", name(text)).startswith("&lt;")


@pytest.mark.attack("CNT-019")
def test_a_name_is_kept_apart_from_what_follows() -> None:
    assert name("HQ \u202etsop") == "<bdi>HQ tsop</bdi>"


@pytest.mark.attack("CNT-007")
@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<a href="https://evil.example">https://hq.example</a>', 'href="https://hq.example"'),
        (
            '<a href="https://www.hq.example/x" rel="me"><span class="invisible">https://</span>www.hq.example/x</a>',
            'href="https://www.hq.example/x"',
        ),
        ("03 89 00 00 00", "<bdi>03 89 00 00 00</bdi>"),
        ('<a href="https://evil.example">hq</a>', "<bdi>hq</bdi>"),
    ],
)
def test_a_line_of_a_profile_links_only_to_the_address_it_shows(html: str, shown: str) -> None:
    value = field_value(html)
    assert shown in value
    assert "evil" not in value


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_line_of_a_profile_carries_no_markup(text: str) -> None:
    assert not re.search(r"<(?!/?bdi>)", field_value(text))


@pytest.mark.parametrize(
    ("html", "short"),
    [
        ("<p>Un mot.</p>", "Un mot."),
        ("<p>Un mot.</p><h2>Titre</h2><p>Un autre.</p>", "Un mot. Un autre."),
        ("<p>Un mot.</p><p>Un paragraphe bien plus long.</p>", "Un mot."),
        ("<p>Beaucoup trop de mots pour une ligne</p>", "Beaucoup trop de…"),
        ("<h2>Titre</h2>", ""),
    ],
)
def test_an_excerpt_ends_where_a_sentence_ends(html: str, short: str) -> None:
    assert excerpt(html, 20) == short


def test_an_excerpt_keeps_the_spaces_that_hold_a_sign_to_its_word() -> None:
    assert excerpt("<p>La table «\u00a0Ried\u00a0»  est là\u202f!</p>") == "La table «\u00a0Ried\u00a0» est là\u202f!"


def test_a_template_that_names_what_is_not_there_fails() -> None:
    with pytest.raises(UndefinedError):
        environment("fr").from_string("{{ nothing }}").render()


def test_everything_is_escaped_unless_it_was_cleaned() -> None:
    assert environment("fr").from_string("{{ text }}").render(text="<b>") == "&lt;b&gt;"


def test_no_template_turns_escaping_off() -> None:
    for template in PACKAGE.glob("**/templates/*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", text), template.name


def test_markup_is_declared_safe_in_two_places_and_one_of_them_is_made_of_numbers() -> None:
    found = [path.name for path in sorted(PACKAGE.glob("**/*.py")) if re.search(r"\bMarkup\((?!['\"])", path.read_text(encoding="utf-8"))]
    assert found == ["qr.py", "rendering.py"]


def test_a_profile_has_an_address_that_can_be_typed() -> None:
    actor = remote_actor("karim", "mastodon.example")
    assert profile_path(actor) == "/@karim@mastodon.example"
    assert profile_path(replace(actor, local=True, handle="lea.k")) == "/@lea.k"
    assert profile_path(replace(actor, handle="a?b")) == "/@a%3Fb@mastodon.example"
