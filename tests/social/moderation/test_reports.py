"""Reporting something here, and what a moderator sees and does about it."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from typer.testing import CliRunner

from fedirse.base import limits
from fedirse.base.errors import RateLimited
from fedirse.base.roles import Role
from fedirse.base.types import ANYONE
from fedirse.site import Site
from fedirse.social.accounts.actions import give_roles
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.moderation.reports.actions import report
from fedirse.social.moderation.reports.commands import report as commands
from fedirse.social.moderation.reports.model import Category, Complaint, Report, ReportState
from fedirse.social.moderation.reports.store import list_reports
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.store import find_post, get_readable_post
from fedirse.storage.audit import list_entries
from fedirse.storage.refusals import is_refused_host, list_actor_blocks
from tests.visitors import Browser, Shop

T = TypeVar("T")


async def say(shop: Shop, handle: str, text: str, kind: AudienceKind = AudienceKind.PUBLIC) -> Post:
    return await shop.site.write(publish_post, shop.site, await shop.person(handle), Draft(text, Audience(kind)), shop.site.clock.now())


async def reports_of(shop: Shop) -> list[Report]:
    return await shop.site.read(list_reports, limit=100)


async def deeds_of(shop: Shop) -> list[str]:
    return [entry.deed for entry in reversed(await shop.site.read(list_entries))]


async def reported(shop: Shop, browser: Browser, **fields: object) -> Report:
    sent = await browser.post("/report", {"category": "spam", "words": "", **fields})
    assert sent.status_code == 303, sent.text
    return (await reports_of(shop))[0]


async def decide(browser: Browser, made: Report, **fields: object) -> int:
    return (await browser.post(f"/site/reports/{made.id}", {"state": "resolved", "reason": "Règle 3.", **fields})).status_code


async def test_a_reader_reports_a_post_and_the_moderators_hear_of_it(shop: Shop) -> None:
    post, lea, marc = await say(shop, "ines", "Achetez ceci"), await shop.sign_in("lea"), await shop.person("marc")
    page = await lea.get(f"/report?post={post.id}&return_to=/local")
    assert page.status_code == 200
    assert "Achetez ceci" in page.text
    assert "Signaler" in page.text

    sent = await lea.post("/report", {"post": post.id, "category": "spam", "words": "Encore !", "return_to": "/local"})

    assert (sent.status_code, sent.headers["location"]) == (303, "/local")
    (made,) = await reports_of(shop)
    assert (made.category, made.words, made.posts, made.state) == (Category.SPAM, "Encore !", (post.id,), ReportState.OPEN)
    told = await shop.site.read(list_notifications, marc.id)
    assert [(one.kind, one.actor_id) for one in told] == [(NotificationKind.REPORT, post.actor_id)]
    badge = await (await shop.sign_in("marc")).get("/site/reports")
    assert '<span class="badge">1' in badge.text


async def test_a_post_that_is_not_for_the_reporter_cannot_be_reported(shop: Shop) -> None:
    post, lea = await say(shop, "ines", "Pour @marc", AudienceKind.DIRECT), await shop.sign_in("lea")
    hidden, missing = await lea.get(f"/report?post={post.id}"), await lea.get("/report?post=01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert hidden.status_code == 404
    assert (await lea.post("/report", {"post": post.id, "category": "spam"})).status_code == 404
    assert await reports_of(shop) == []


async def test_nobody_reports_themselves(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    assert (await ines.post("/report", {"actor": "ines", "category": "spam"})).status_code == 422


async def test_nobody_is_reported_without_an_account(shop: Shop) -> None:
    assert (await shop.get("/report?actor=ines")).status_code == 303


async def test_a_person_is_reported_without_a_post(shop: Shop) -> None:
    made = await reported(shop, await shop.sign_in("lea"), actor="ines@magasin.example")
    assert (made.about_id, made.posts) == ((await shop.person("ines")).id, ())


async def test_the_same_report_sent_twice_is_one(shop: Shop) -> None:
    lea = await shop.sign_in("lea")
    for _ in range(2):
        await reported(shop, lea, actor="ines", words="Double clic")
    assert len(await reports_of(shop)) == 1


async def test_what_is_wrong_must_be_chosen_and_nothing_typed_is_lost(shop: Shop) -> None:
    lea = await shop.sign_in("lea")
    page = await lea.post("/report", {"actor": "ines", "category": "", "words": "Des mots gardés"})
    assert page.status_code == 422
    assert "Des mots gardés" in page.text


@pytest.mark.parametrize(("length", "status"), [(limits.REPORT_CHARACTERS, 303), (limits.REPORT_CHARACTERS + 1, 422)])
async def test_a_report_has_only_so_many_words(shop: Shop, length: int, status: int) -> None:
    lea = await shop.sign_in("lea")
    assert (await lea.post("/report", {"actor": "ines", "category": "spam", "words": "x" * length})).status_code == status


async def test_a_script_in_a_report_stays_text(shop: Shop) -> None:
    made = await reported(shop, await shop.sign_in("lea"), actor="ines", words="<script>alert(1)</script>")
    page = await (await shop.sign_in("marc")).get(f"/site/reports/{made.id}")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


async def test_one_person_makes_only_so_many_reports_in_a_day(shop: Shop) -> None:
    lea, ines, now = await shop.person("lea"), await shop.person("ines"), shop.site.clock.now()
    for number in range(limits.REPORTS_PER_PERSON_PER_DAY):
        await shop.site.write(report, shop.site, lea, ines, posts=[], complaint=Complaint(Category.SPAM, str(number)), now=now)
    with pytest.raises(RateLimited):
        await shop.site.write(report, shop.site, lea, ines, posts=[], complaint=Complaint(Category.SPAM, "one more"), now=now)


@pytest.mark.parametrize("handle", ["ines", "lea"])
async def test_only_moderators_see_reports(shop: Shop, handle: str) -> None:
    made = await reported(shop, await shop.sign_in("lea"), actor="ines")
    browser = await shop.sign_in(handle)
    for path in ("/site/reports", "/site/reports.csv", f"/site/reports/{made.id}", "/site/held", "/site/blocks", "/site/blocks.csv"):
        assert (await browser.get(path)).status_code == 403, path
    assert await decide(browser, made) == 403


async def test_a_moderator_learns_nothing_of_a_report_about_themselves(shop: Shop) -> None:
    await shop.site.write(give_roles, shop.site, "ines", [Role.AUTHOR, Role.MODERATOR])
    made = await reported(shop, await shop.sign_in("lea"), actor="ines", words="Elle exagère")
    ines, marc = await shop.sign_in("ines"), await shop.sign_in("marc")
    assert "Elle exagère" not in (await ines.get("/site/reports")).text
    assert (await ines.get(f"/site/reports/{made.id}")).status_code == 404
    assert await decide(ines, made) == 404
    assert "Elle exagère" not in (await ines.get("/site/reports.csv")).text
    assert await shop.site.read(list_notifications, (await shop.person("ines")).id) == []
    assert "Elle exagère" in (await marc.get("/site/reports")).text


async def test_a_dismissed_report_is_closed_and_recorded_with_its_reason(shop: Shop) -> None:
    made, marc = await reported(shop, await shop.sign_in("lea"), actor="ines"), await shop.sign_in("marc")
    assert await decide(marc, made, state="dismissed", reason="Rien à redire.") == 303
    (closed,) = await reports_of(shop)
    assert (closed.state, closed.decided_by, closed.reason) == (ReportState.DISMISSED, "marc", "Rien à redire.")
    (entry,) = await shop.site.read(list_entries)
    assert (entry.deed, entry.who, entry.subject, entry.details["reason"]) == ("report.dismissed", "marc", made.id, "Rien à redire.")
    assert "Rien à redire." in (await marc.get(f"/site/reports/{made.id}")).text


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": ""},
        {"reason": "x" * (limits.REASON_CHARACTERS + 1)},
        {"state": "open"},
        {"state": "gone"},
        {"measures": ["block-host"]},
        {"measures": ["remove"]},
        {"measures": ["nothing-known"]},
        {"measures": ["warn"], "warning": " "},
        {"measures": ["warn"], "warning": "x" * (limits.REPORT_CHARACTERS + 1)},
        {"measures": ["warn"], "warning": "Voyez @lea"},
        {"measures": ["warn"], "warning": "Non", "state": "dismissed"},
    ],
)
async def test_a_decision_that_makes_no_sense_changes_nothing(shop: Shop, fields: dict[str, object]) -> None:
    made, marc = await reported(shop, await shop.sign_in("lea"), actor="ines"), await shop.sign_in("marc")
    assert await decide(marc, made, **fields) == 422
    assert (await reports_of(shop))[0].state is ReportState.OPEN
    assert await deeds_of(shop) == []


async def test_a_reason_may_be_as_long_as_the_limit(shop: Shop) -> None:
    made, marc = await reported(shop, await shop.sign_in("lea"), actor="ines"), await shop.sign_in("marc")
    assert await decide(marc, made, reason="x" * limits.REASON_CHARACTERS) == 303


async def test_a_report_is_decided_once(shop: Shop) -> None:
    made, marc = await reported(shop, await shop.sign_in("lea"), actor="ines"), await shop.sign_in("marc")
    await decide(marc, made, state="dismissed")
    again = await marc.post(f"/site/reports/{made.id}", {"state": "resolved", "reason": "Si."})
    assert again.headers["location"] == f"/site/reports/{made.id}"
    assert await deeds_of(shop) == ["report.dismissed"]


async def test_a_post_of_ours_is_deleted_for_everybody(shop: Shop) -> None:
    post = await say(shop, "ines", "À retirer")
    made = await reported(shop, await shop.sign_in("lea"), post=post.id)
    assert await decide(await shop.sign_in("marc"), made, measures=["remove"]) == 303
    assert (await shop.get(f"/posts/{post.id}")).status_code == 410
    assert await deeds_of(shop) == ["post.deleted", "report.resolved"]


async def test_a_post_of_another_server_is_hidden_here_and_shown_again(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    post = await shop.receive(stranger.actor, "<p>Injure</p>")
    made = await reported(shop, await shop.sign_in("lea"), post=post.id)
    marc = await shop.sign_in("marc")
    assert (await shop.get(f"/posts/{post.id}")).status_code == 200

    assert await decide(marc, made, measures=["remove"]) == 303
    assert (await shop.get(f"/posts/{post.id}")).status_code == 404
    assert (await marc.get(f"/posts/{post.id}")).status_code == 404
    assert "Injure" in (await marc.get(f"/site/reports/{made.id}")).text

    await marc.post(f"/site/reports/{made.id}/show", {"post": post.id})
    assert (await shop.get(f"/posts/{post.id}")).status_code == 200
    assert await deeds_of(shop) == ["post.hidden", "report.resolved", "post.shown"]


async def test_a_notice_is_read_by_its_person_alone(shop: Shop) -> None:
    made = await reported(shop, await shop.sign_in("lea"), actor="ines")
    assert await decide(await shop.sign_in("marc"), made, measures=["warn"], warning="Merci de rester courtoise.") == 303
    ines, lea = await shop.person("ines"), await shop.person("lea")
    (told,) = await shop.site.read(list_notifications, ines.id)
    post = await shop.site.read(find_post, told.post_id or "")
    assert post is not None
    assert (post.audience.kind, post.audience.named, post.actor_id) == (AudienceKind.DIRECT, frozenset({ines.id}), shop.site.actor_id)
    assert "Merci de rester courtoise." in post.content
    assert await shop.site.read(list_notifications, lea.id) == []


async def test_somebody_elsewhere_and_their_server_are_blocked_with_the_reason(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    made = await reported(shop, await shop.sign_in("lea"), actor="karim@ailleurs.example")
    assert await decide(await shop.sign_in("marc"), made, measures=["block-actor", "block-host"]) == 303
    assert [row[:2] for row in await shop.site.read(list_actor_blocks)] == [(stranger.actor.id, "Règle 3.")]
    assert await shop.site.read(is_refused_host, "ailleurs.example")
    assert await deeds_of(shop) == ["actor.blocked", "host.blocked", "report.resolved"]


async def test_reading_a_reported_post_that_is_not_for_the_moderator_is_recorded(shop: Shop) -> None:
    lea, marc = await shop.sign_in("lea"), await shop.sign_in("marc")
    post = await say(shop, "ines", "@lea un secret blessant", AudienceKind.DIRECT)
    made = await reported(shop, lea, post=post.id)

    page = await marc.get(f"/site/reports/{made.id}")
    assert "un secret blessant" not in page.text
    assert await deeds_of(shop) == []

    opened = await marc.post(f"/site/reports/{made.id}/read", {"post": post.id})
    assert "un secret blessant" in opened.text
    (entry,) = await shop.site.read(list_entries)
    assert (entry.deed, entry.subject, entry.details) == ("report.post-read", post.uri, {"report": made.id})
    assert "un secret blessant" not in (await marc.get(f"/site/reports/{made.id}")).text


async def test_only_what_was_reported_can_be_read_so(shop: Shop) -> None:
    other = await say(shop, "ines", "@lea autre chose", AudienceKind.DIRECT)
    made, marc = await reported(shop, await shop.sign_in("lea"), actor="ines"), await shop.sign_in("marc")
    assert (await marc.post(f"/site/reports/{made.id}/read", {"post": other.id})).status_code == 404
    assert await deeds_of(shop) == []


async def test_reports_are_filtered(shop: Shop) -> None:
    await shop.stranger("karim")
    lea, marc = await shop.sign_in("lea"), await shop.sign_in("marc")
    first = await reported(shop, lea, actor="ines", words="Premier")
    await reported(shop, lea, actor="karim@ailleurs.example", words="Second")
    await decide(marc, first, state="dismissed")

    async def shown(query: str) -> tuple[bool, bool]:
        page = (await marc.get(f"/site/reports?{query}")).text
        return "Premier" in page, "Second" in page

    assert await shown("") == (False, True)
    assert await shown("state=dismissed") == (True, False)
    assert await shown("state=all") == (True, True)
    assert await shown("state=all&about=here") == (True, False)
    assert await shown("state=all&about=outside") == (False, True)


@pytest.mark.attack("CNT-030")
async def test_no_cell_of_the_table_of_reports_is_a_formula(shop: Shop) -> None:
    await reported(shop, await shop.sign_in("lea"), actor="ines", words='=HYPERLINK("https://mal.example")')
    table = await (await shop.sign_in("marc")).get("/site/reports.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "attachment" in table.headers["content-disposition"]
    assert "'=HYPERLINK" in table.text
    assert not [cell for line in table.text.splitlines() for cell in line.split(",") if cell.lstrip('"').startswith(("=", "+", "-", "@"))]


async def test_a_hidden_post_is_not_read_by_anybody_who_asks(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    post = await shop.receive(stranger.actor, "<p>Caché</p>", hidden_at=shop.site.clock.now())
    with pytest.raises(Exception, match="post"):
        await shop.site.read(get_readable_post, post.id, ANYONE)


async def test_an_operator_lists_and_resolves_a_report_from_the_command_line(shop: Shop) -> None:
    post = await say(shop, "ines", "À retirer")
    made = await reported(shop, await shop.sign_in("lea"), post=post.id, words="Voyez")
    loop = asyncio.get_running_loop()

    class Here:
        """The shell of a command, for a site that is served already."""

        def on_site(self, _root: Path, _domain: str | None, work: Callable[[Site], Coroutine[Any, Any, T]]) -> T:
            return asyncio.run_coroutine_threadsafe(work(shop.site), loop).result(30)

    async def run(*words: str) -> str:
        done = await asyncio.to_thread(CliRunner().invoke, commands, [*words, "--root", "/"], obj=Here())
        assert done.exit_code == 0, done.output
        return done.output

    (row,) = json.loads(await run("list", "--json"))
    assert (row["number"], row["about"], row["words"], row["posts"]) == (made.id, "@ines@magasin.example", "Voyez", 1)
    assert "resolved" in await run("resolve", made.id, "--reason", "Règle 3.", "--remove")
    assert "No report waits" in await run("list")
    assert (await shop.get(f"/posts/{post.id}")).status_code == 410
    assert [entry.who for entry in await shop.site.read(list_entries)] == ["operator", "operator"]
