"""What people type becomes safe HTML, and so does what others send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.web.html import KnownName, Rendered, clean, mentioned_names, render_markdown, to_text

NAMES = {
    "ines": KnownName("https://ici.example/people/ines", "https://ici.example/@ines"),
    "karim@autre.example": KnownName("https://autre.example/users/karim", "https://autre.example/@karim"),
}
DANGEROUS = ("<script", "<img", "<iframe", "<form", "<style", "<svg", "javascript:", "onerror=", "onclick=", " style=", "data:")


def rendered(text: str) -> Rendered:
    return render_markdown(text, NAMES, lambda tag: f"https://ici.example/tags/{tag}")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<p onclick="x()">a</p>',
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        "<iframe srcdoc='<script>x</script>'></iframe>",
        "<form action=https://evil.example><input name=p></form>",
        "<base href=//evil.example>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<svg><a xlink:href='javascript:x'>x</a></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=x>",
        "<p style='position:fixed'>x</p>",
        "<noscript><p title='</noscript><img src=x onerror=x>'>",
    ],
)
@pytest.mark.attack("CNT-010")
def test_hostile_html_loses_what_is_dangerous(hostile: str) -> None:
    cleaned = clean(f"<p>avant</p>{hostile}<p>après</p>").lower()
    assert not any(part in cleaned for part in DANGEROUS)
    assert "avant" in cleaned


@pytest.mark.attack("CNT-013")
def test_links_of_others_open_nothing_and_vouch_for_nothing() -> None:
    assert clean('<a href="https://a.example" target="_blank" rel="opener">x</a>') == (
        '<a href="https://a.example" rel="nofollow noopener noreferrer ugc">x</a>'
    )


@pytest.mark.attack("DOS-033")
def test_html_beyond_the_limit_is_cut_before_it_is_parsed() -> None:
    assert clean("x" * (limits.CONTENT_BYTES + 1)) == "x" * limits.CONTENT_BYTES


def test_a_text_with_as_many_tags_as_allowed_keeps_them() -> None:
    html = "<b>x</b>" * (limits.HTML_TAGS // 2)
    assert clean(html) == html


@pytest.mark.attack("DOS-033")
@pytest.mark.parametrize(
    "piece",
    [
        "<a><b><i><u>",
        "<b id={0}>",
        "<b id={0}><p>",
        "<ul><li>",
        "<div><b>",
        "<table><td><b id={0}>",
        "<a href=http://x.example/{0}><p>",
        "<",
    ],
)
def test_markup_that_would_cost_its_square_leaves_only_its_words(piece: str) -> None:
    cleaned = clean("".join(piece.format(number) for number in range(30_000)) + "x")
    assert cleaned.count("<") <= 2 * 201
    assert len(cleaned) <= 5 * limits.CONTENT_BYTES


@pytest.mark.attack("DOS-033")
def test_markup_that_multiplies_leaves_only_its_words() -> None:
    few = limits.HTML_TAGS // 3
    html = "".join(f"<b id={number}><p>" for number in range(few)) + "word" + "</b>" * few
    assert clean(html) == "<p>word</p>"


def test_of_too_much_markup_the_paragraphs_stay() -> None:
    html = "<p><b>One</b> &amp; two</p><p>three<br>four</p>" + "<i></i>" * limits.HTML_TAGS
    assert clean(html) == "<p>One &amp; two</p><p>three</p><p>four</p>"


@given(st.text(max_size=300))
def test_nothing_that_is_cleaned_twice_changes_again(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@pytest.mark.attack("CNT-034")
@pytest.mark.parametrize(
    "typed", ["[x](javascript:alert(1))", "![x](http://10.0.0.1/x.png)", "<b onclick=x>gras</b>", "<script>x</script>"]
)
def test_what_is_typed_makes_no_markup_but_ours(typed: str) -> None:
    html = rendered(typed).html
    assert "<b" not in html
    assert "<img" not in html
    assert "<script" not in html
    assert 'href="javascript' not in html


def test_paragraphs_emphasis_lists_and_line_breaks() -> None:
    assert rendered("Un *mot*\nà la ligne\n\n- a\n- **b**").html == (
        "<p>Un <em>mot</em><br>\nà la ligne</p>\n<ul>\n<li>a</li>\n<li><strong>b</strong></li>\n</ul>"
    )


def test_known_names_become_mentions_and_unknown_ones_stay_text() -> None:
    made = rendered("@ines et @karim@autre.example, mais pas @personne ni ines@ici.example")
    assert made.mentions == (("@ines", NAMES["ines"].uri), ("@karim@autre.example", NAMES["karim@autre.example"].uri))
    assert "@personne ni ines@ici.example" in made.html


def test_hashtags_are_kept_in_lower_case_and_numbers_are_none() -> None:
    made = rendered("#Vitrine #été2026 #123 a#b #vitrine")
    assert made.tags == ("vitrine", "été2026")
    assert made.html.count('class="hashtag"') == 3


def test_addresses_become_links_without_the_punctuation_behind_them() -> None:
    assert 'href="https://exemple.fr/a_b?x=1&amp;y=2"' in rendered("Voir https://exemple.fr/a_b?x=1&y=2.").html


def test_names_and_tags_inside_code_and_links_are_left_alone() -> None:
    made = rendered("`@ines #non` [#oui](https://a.example)")
    assert made.mentions == ()
    assert "<code>@ines #non</code>" in made.html


def test_an_empty_post_and_one_beyond_the_limit_are_refused() -> None:
    assert rendered("x" * limits.TYPED_BYTES).html
    for typed, reason in ((" \n ", "empty-post"), ("é" * (limits.TYPED_BYTES // 2 + 1), "post-too-long")):
        with pytest.raises(InvalidInput) as refused:
            rendered(typed)
        assert refused.value.reason == reason


@given(st.text(alphabet="[]!*_`>#-@a \n(){}<&\\:/.", max_size=400).filter(str.strip))
def test_any_text_renders_to_html_that_is_already_clean(text: str) -> None:
    html = rendered(text).html
    assert clean(html).strip() == html


def test_names_are_found_as_they_are_written() -> None:
    assert mentioned_names("@ines @Karim@autre.example:8443 @ines.") == ["ines", "Karim@autre.example:8443"]


def test_the_words_of_html_keep_their_lines() -> None:
    assert to_text("<p>un &amp; deux</p><p>trois<br>quatre</p>") == "un & deux\ntrois\nquatre"
