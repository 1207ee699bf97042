"""Links that say one thing and lead to another show where they lead."""

import pytest

from fedirse.web.html import clean
from fedirse.web.links import host_of, show_hosts


def shown(html: str, *trusted: str) -> str:
    return show_hosts(clean(html), trusted)


@pytest.mark.attack("CNT-008")
@pytest.mark.parametrize(
    "words",
    [
        "https://hq.example/login",
        "hq.example",
        "www.hq.example/x",
        "<b>hq</b>.example",
        "<span class='invisible'>https://</span>hq.example",
        "hq\u200b.example",
        "HQ.EXAMPLE:443/x",
    ],
)
def test_words_of_another_host_get_the_true_one_beside_them(words: str) -> None:
    assert '<span class="host">(evil.example)</span>' in shown(f'<a href="https://evil.example/hq.example">{words}</a>')


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://hq.example/login">https://hq.example/login</a>',
        '<a href="https://www.hq.example/login">hq.example</a>',
        '<a href="https://hq.example/a/long/path">hq.example/a/lo…</a>',
        '<a href="https://evil.example/">notre catalogue</a>',
        '<a href="https://evil.example/">et voilà.</a>',
        '<a href="mailto:a@hq.example">a@hq.example</a>',
    ],
)
def test_an_honest_link_stays_as_it_is(link: str) -> None:
    assert 'class="host"' not in shown(link)


@pytest.mark.attack("CNT-025")
def test_a_mention_of_nobody_gets_its_host() -> None:
    assert "(evil.example)" in shown('<a class="mention" href="https://evil.example/login">@hq</a>', "hq.example")


def test_a_mention_of_somebody_mentioned_stays_as_it_is() -> None:
    assert "host" not in shown('<a class="mention" href="https://hq.example/@hq">@hq</a>', "hq.example")


@pytest.mark.attack("CNT-024")
def test_a_name_that_looks_like_another_is_written_encoded() -> None:
    assert "(xn--sb-hoc.example)" in shown('<a href="https://s\u0456b.example/">s\u0456b.example</a>')


@pytest.mark.parametrize("href", ["https://hq.example@evil.example/", "https://hq.example%2f@evil.example/", "https:\\\\evil.example"])
def test_an_address_that_hides_its_host_is_no_link(href: str) -> None:
    assert "<a" not in shown(f'<a href="{href}">hq.example</a>')


def test_markup_around_links_survives() -> None:
    html = shown('<p>a <a href="https://evil.example/?a=1&amp;b=2">hq.example</a> b</p><p><a href="https://hq.example/">x</a></p>')
    assert html.startswith("<p>a <a ")
    assert html.endswith("</a></p>")
    assert html.count("<a ") == 2


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://hq.example/x", "hq.example"),
        ("https://s\u0456b.example/", "xn--sb-hoc.example"),
        ("https://[hq.example/", None),
        ("https://\u2100.example/", None),
        ("https://hq.example@evil.example/", None),
        ("mailto:a@hq.example", None),
        ("", None),
    ],
)
def test_the_host_of_any_address_is_found_or_none(address: str, host: str | None) -> None:
    assert host_of(address) == host
