"""Where some sites are chosen to see an announcement first: what is wrong is told beside its field, and nothing typed is lost."""

import re

import pytest

from fedirse.base.roles import Role
from fedirse.features.announcements.planning.jobs import publish_planned
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.media.store import list_of_item
from fedirse.social.network.model import Attribute
from fedirse.social.network.segments.actions import define_segment
from fedirse.social.network.segments.model import AllOf, Among, Condition, Has
from fedirse.social.posts.composing.store import list_drafts
from tests.features.announcements.desks import TEXT, TITLE, WRITTEN, Office, give, path_of
from tests.features.announcements.test_pages import errors_of, text_of
from tests.features.announcements.test_planning import DAY, fields_of_plan, plan, plans, wait
from tests.social.network.console.office import admit_site
from tests.social.posts.composing.composer import fields_of
from tests.social.posts.composing.test_files import picture

SOUTH = Among(frozenset({"https://lyon.example/actor"}))


@pytest.fixture(autouse=True)
async def metz(office: Office) -> None:
    """One more site, so that there are others besides those who see it first."""
    await admit_site(office.shop, "metz")


async def segment(office: Office, name: str = "Sud", condition: Condition = SOUTH) -> str:
    """A selection of sites that can be addressed; its address."""
    return (await office.site.write(define_segment, office.site, name, condition, office.site.clock.now())).id


async def test_without_a_date_for_the_others_it_is_told_beside_the_field_and_nothing_is_lost(office: Office) -> None:
    south, marc = await segment(office), await office.shop.sign_in("marc")
    answer = await marc.post("/announcements", {**WRITTEN, "first_look": south})
    assert (answer.status_code, set(errors_of(answer.text))) == (422, {"first_look"})
    assert f'<option value="{south}" selected>' in answer.text
    assert TEXT in answer.text
    assert re.search(r"<details[^>]* open>", answer.text)
    assert await office.all() == []


@pytest.mark.parametrize("wrong", ["nothing", "all", "wider", "date"])
async def test_sites_that_cannot_be_first_are_told_beside_the_field(office: Office, wrong: str) -> None:
    south, everywhere = await segment(office), await segment(office, "Tous", AllOf(()))
    nowhere = await segment(office, "Nord", Has(Attribute.REGION, frozenset({"Nord"})))
    typed = {
        "nothing": {"first_look": "https://siege.example/nothing"},
        "all": {"first_look": everywhere},
        "wider": {"first_look": south, "audience": "segment", "segment": nowhere, "alone": nowhere},
        "date": {"first_look": south, "publish_at": "2026-03-02T08:00"},
    }[wrong]
    marc = await office.shop.sign_in("marc")
    answer = await marc.post("/announcements", {**WRITTEN, "publish_at": DAY, **typed})
    assert (answer.status_code, set(errors_of(answer.text))) == (422, {"publish_at" if wrong == "date" else "first_look"})
    assert await office.all() == []
    assert await plans(office) == []


async def test_it_is_shown_to_them_now_and_stands_among_what_is_planned(office: Office) -> None:
    south, marc = await segment(office), await office.shop.sign_in("marc")
    planned = await plan(office, marc, (picture(),), first_look=south)
    [(first, _)] = await office.all()
    assert (first.audience.kind, first.audience.of, len(first.attachments)) == (AudienceKind.SEGMENT, south, 1)
    listed = await marc.get("/announcements")
    assert "Une partie des sites la voit déjà" in text_of(listed.text)
    assert "Les premiers sites la voient dès maintenant" in text_of(listed.text)
    assert "visible de vous" not in text_of(listed.text)
    page = await marc.get(f"/announcements/planned/{planned}")
    assert f'href="/announcements/{first.id}/change"' in page.text
    wait(office, days=3)
    await publish_planned(office.site)
    [(second, announcement)] = await office.all()
    assert (second.audience.kind, second.title, announcement.terms.first_look_of) == (AudienceKind.NETWORK, TITLE, first.uri)
    assert [file.media_id for file in second.attachments] == [file.media_id for file in first.attachments]
    assert len(await office.site.read(list_of_item, second.id)) == 1
    assert (await marc.get(f"/posts/{second.id}")).status_code == 200
    assert (await marc.get(f"/announcements/{second.id}/board")).status_code == 200
    assert await plans(office) == []


async def test_of_what_is_shown_already_only_the_day_is_changed(office: Office) -> None:
    south, marc = await segment(office), await office.shop.sign_in("marc")
    path = f"/announcements/planned/{await plan(office, marc, first_look=south)}"
    fields = fields_of_plan(await marc.get(path))
    for typed in ("", "2026-03-02T08:00", "demain"):
        answer = await marc.post(path, {**fields, "publish_at": typed})
        assert (answer.status_code, set(errors_of(answer.text))) == (422, {"publish_at"})
        assert f'value="{typed}"' in answer.text
    assert path_of(await marc.post(path, {**fields, "text": "Autre", "publish_at": "2026-03-05T08:30"})) == "/announcements"
    wait(office, days=2)
    await publish_planned(office.site)
    assert len(await plans(office)) == 1
    wait(office, days=2)
    await publish_planned(office.site)
    [(second, _)] = await office.all()
    assert second.source == TEXT


async def test_what_was_taken_back_is_told_where_it_is_planned_and_can_be_a_draft_again(office: Office) -> None:
    south, marc = await segment(office), await office.shop.sign_in("marc")
    path = f"/announcements/planned/{await plan(office, marc, first_look=south)}"
    [(first, _)] = await office.all()
    await marc.post(f"/announcements/{first.id}/withdraw", {})
    wait(office, days=3)
    await publish_planned(office.site)
    assert "a été retirée" in text_of((await marc.get("/announcements")).text)
    for answer in (await marc.post(f"{path}/publish", {}), await marc.post(path, {"publish_at": "2026-03-09T08:30"})):
        assert answer.status_code == 422
        assert "a été retirée" in text_of(answer.text)
    assert path_of(await marc.post(f"{path}/cancel", {})) == "/announcements/new"
    [draft] = await office.site.read(list_drafts, (await office.shop.person("marc")).id)
    assert (draft.typed.text, dict(draft.typed.besides)["first_look"]) == (TEXT, "")


async def test_what_some_sites_see_is_no_draft_again_and_they_keep_it(office: Office) -> None:
    south, marc = await segment(office), await office.shop.sign_in("marc")
    planned = await plan(office, marc, (picture(),), first_look=south)
    listed = text_of((await marc.get("/announcements")).text)
    assert "Ne pas la montrer aux autres" in listed
    assert "Remettre en brouillon" not in listed
    answer = await marc.post(f"/announcements/planned/{planned}/cancel", {})
    assert path_of(answer) == "/announcements"
    assert "Les sites qui l’ont vue d’abord la gardent" in text_of((await marc.get("/announcements")).text)
    assert await office.site.read(list_drafts, (await office.shop.person("marc")).id) == []
    assert await plans(office) == []
    wait(office, days=3)
    await publish_planned(office.site)
    [(first, _)] = await office.all()
    assert (first.audience.of, len(first.attachments)) == (south, 1)
    assert (await marc.post(f"/announcements/planned/{planned}/cancel", {})).status_code == 404


async def test_a_draft_keeps_who_is_to_see_it_first(office: Office) -> None:
    south, marc = await segment(office), await office.shop.sign_in("marc")
    fields = fields_of(await marc.get("/announcements/new"))
    await marc.post(f"/announcements/drafts/{fields['draft']}", {**fields, **WRITTEN, "publish_at": DAY, "first_look": south})
    kept = fields_of(await marc.get(f"/announcements/new?draft={fields['draft']}"))
    assert kept["first_look"] == south


async def test_sent_twice_with_a_file_it_is_shown_once(office: Office) -> None:
    south, marc = await segment(office), await office.shop.sign_in("marc")
    fields = fields_of(await marc.get("/announcements/new"))
    await marc.post(f"/announcements/drafts/{fields['draft']}", {**fields, **WRITTEN, "publish_at": DAY}, files=[picture()])
    kept = fields_of(await marc.get(f"/announcements/new?draft={fields['draft']}"))
    for _ in range(2):
        assert path_of(await marc.post("/announcements", {**kept, "first_look": south, "asked": "1"})) == "/announcements"
    assert len(await office.all()) == 1
    assert len(await plans(office)) == 1


async def test_whoever_does_not_announce_shows_nothing_first(office: Office) -> None:
    south = await segment(office)
    await give(office.shop, "ines", [Role.AUTHOR])
    ines = await office.shop.sign_in("ines")
    assert (await ines.post("/announcements", {**WRITTEN, "publish_at": DAY, "first_look": south})).status_code == 403
    assert await office.all() == []
