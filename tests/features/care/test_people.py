"""Looking after the people of a site: who may do what to whom, and that an end is an end."""

from datetime import timedelta

import pytest

from fedirse.base.clock import FixedClock
from fedirse.base.errors import NotAuthorised
from fedirse.base.roles import Role, permissions_of
from fedirse.features.care.people.rules import check_may_touch, roles_to_offer
from fedirse.social.accounts.sessions.rules import CONFIRMED_FOR
from fedirse.social.accounts.store import get_account, set_roles
from fedirse.social.entrance.links.actions import list_invitations
from fedirse.storage.audit import list_entries
from tests.visitors import Browser, Shop


async def roles_of(shop: Shop, handle: str) -> set[Role]:
    return set((await shop.site.read(get_account, handle)).roles)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_offers_more_than_they_have(role: Role) -> None:
    for offered in roles_to_offer(permissions_of([role]), head_office=True):
        assert permissions_of([offered]) <= permissions_of([role])


def test_only_a_head_office_offers_its_roles() -> None:
    everything = permissions_of(list(Role))
    assert Role.COMMUNICATOR not in roles_to_offer(everything, head_office=False)
    assert Role.COMMUNICATOR in roles_to_offer(everything, head_office=True)


def test_who_answers_for_the_site_does_not_touch_who_runs_it() -> None:
    with pytest.raises(NotAuthorised):
        check_may_touch(permissions_of([Role.RESPONSIBLE]), [Role.ADMINISTRATOR])
    with pytest.raises(NotAuthorised):
        check_may_touch(permissions_of([Role.RESPONSIBLE]), [Role.AUTHOR], [Role.ADMINISTRATOR])
    check_may_touch(permissions_of([Role.RESPONSIBLE]), [Role.AUTHOR], [Role.MODERATOR])


async def test_the_list_shows_everybody_with_their_roles(shop: Shop) -> None:
    page = (await (await shop.sign_in("marc")).get("/site/people")).text
    assert all(name in page for name in ("Marc Weber", "Inès Ben Amar", "Léa Klein", "Administrateur", "Lecteur"))


async def test_an_invitation_is_shown_once_and_lets_somebody_in(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    made = await marc.post("/site/people/invite", {"roles": ["author"], "uses": "1", "days": "7", "note": "Nouvelle caissière"})
    assert made.status_code == 200
    assert 'class="qr"' in made.text
    path = made.text.partition(f"{shop.site.uris.origin}/invitation/")[2].partition("<")[0].strip()
    assert (await Browser(shop).get(f"/invitation/{path}")).status_code == 200
    listed = (await marc.get("/site/people")).text
    assert "Nouvelle caissière" in listed
    assert path not in listed


@pytest.mark.parametrize(
    ("field", "typed"), [("uses", "0"), ("uses", "x"), ("days", "0"), ("days", "99999"), ("note", "x" * 500), ("roles", "king")]
)
async def test_an_invitation_that_cannot_be_is_said(field: str, typed: str, shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    response = await marc.post("/site/people/invite", {"roles": ["author"], "uses": "1", "days": "7", "note": "", field: typed})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


async def test_a_withdrawn_invitation_lets_nobody_in(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    made = await marc.post("/site/people/invite", {"roles": ["author"], "uses": "5", "days": "7"})
    path = made.text.partition(f"{shop.site.uris.origin}/invitation/")[2].partition("<")[0].strip()
    listed = (await marc.get("/site/people")).text
    link_id = listed.partition("/site/people/invitations/")[2].partition("/")[0]
    await marc.post(f"/site/people/invitations/{link_id}/withdraw")
    assert (await Browser(shop).get(f"/invitation/{path}")).status_code in {404, 410}


async def test_roles_are_given_and_recorded(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    await marc.post("/site/people/lea/roles", {"roles": ["author", "moderator"]})
    assert await roles_of(shop, "lea") == {Role.AUTHOR, Role.MODERATOR}
    (entry,) = await shop.site.read(list_entries)
    assert (entry.deed, entry.subject, entry.who, entry.details["before"]) == ("account.roles", "lea", "marc", ["reader"])


@pytest.mark.parametrize("roles", [[], ["king"], ["author"]])
async def test_roles_that_cannot_be_change_nothing(roles: list[str], shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    # The last one: nobody would run the site any more.
    response = await marc.post("/site/people/marc/roles", {"roles": roles})
    assert response.status_code in {409, 422}
    assert 'id="roles-error"' in response.text
    assert await roles_of(shop, "marc") == {Role.ADMINISTRATOR}


async def test_nobody_gives_a_role_that_may_do_more_than_they(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    assert (await marc.post("/site/people/lea/roles", {"roles": ["communicator"]})).status_code == 403
    assert await roles_of(shop, "lea") == {Role.READER}


async def test_a_responsible_person_cannot_become_administrator(shop: Shop) -> None:
    lea = await shop.site.read(get_account, "lea")
    await shop.site.write(set_roles, lea.id, [Role.RESPONSIBLE])
    browser = await shop.sign_in("lea")
    for handle in ("lea", "marc", "ines"):
        response = await browser.post(f"/site/people/{handle}/roles", {"roles": ["administrator"]})
        assert response.status_code == 403
    assert (await browser.post("/site/people/marc/disable")).status_code == 403
    assert (await browser.post("/site/people/marc/link", {"kind": "reset"})).status_code == 403


async def test_a_disabled_person_is_cut_off_everywhere_at_once(shop: Shop) -> None:
    marc, ines = await shop.sign_in("marc"), await shop.sign_in("ines")
    second = await shop.sign_in("ines")
    token = await shop.token("ines")
    link = (await marc.post("/site/people/ines/link", {"kind": "sign_in"})).text
    path = link.partition(f"{shop.site.uris.origin}/link/")[2].partition("<")[0].strip()
    assert (await shop.get("/people/ines/inbox", token=token, accept="application/activity+json")).status_code == 200
    await marc.post("/site/people/ines/disable")
    assert (await ines.get("/notifications")).status_code == 303
    assert (await second.get("/notifications")).status_code == 303
    assert (await shop.get("/people/ines/inbox", token=token, accept="application/activity+json")).status_code == 401
    assert (await Browser(shop).get(f"/link/{path}")).status_code in {404, 410}
    assert (await Browser(shop).get("/@ines")).status_code == 200


async def test_an_account_can_be_opened_again_without_its_old_ways_in(shop: Shop) -> None:
    marc, ines = await shop.sign_in("marc"), await shop.sign_in("ines")
    await marc.post("/site/people/ines/disable")
    await marc.post("/site/people/ines/enable")
    assert (await ines.get("/notifications")).status_code == 303
    assert (await (await shop.sign_in("ines")).get("/notifications")).status_code == 200


async def test_who_is_being_erased_is_not_let_in_again(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    assert (await marc.post("/site/people/ines/erase", {"handle": "ines"})).status_code == 303
    refused = await marc.post("/site/people/ines/enable")
    assert refused.status_code == 409
    assert "en cours d’effacement" in refused.text
    assert (await shop.site.read(get_account, "ines")).disabled_at is not None


async def test_nobody_disables_themselves(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    assert (await marc.post("/site/people/marc/disable")).status_code == 403


@pytest.mark.parametrize("deed", ["roles", "link", "disable"])
async def test_what_matters_most_is_asked_for_again_after_a_while(deed: str, shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(CONFIRMED_FOR + timedelta(seconds=1))
    response = await marc.post(f"/site/people/lea/{deed}", {"roles": ["administrator"], "kind": "reset"})
    assert response.status_code != 303 or response.headers["location"].startswith("/sign-in")
    assert await roles_of(shop, "lea") == {Role.READER}
    assert (await shop.site.read(get_account, "lea")).disabled_at is None


@pytest.mark.parametrize(("role", "asked"), [("author", False), ("moderator", True), ("administrator", True)])
async def test_inviting_somebody_who_may_do_much_asks_again_after_a_while(role: str, asked: bool, shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(CONFIRMED_FOR + timedelta(seconds=1))
    response = await marc.post("/site/people/invite", {"roles": [role], "uses": "1", "days": "7"})
    assert response.status_code == 200
    assert ("/invitation/" not in response.text) is asked
    assert len(await shop.site.read(list_invitations, clock.now())) == (not asked)


async def test_somebody_who_does_not_exist_is_not_there(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    assert (await marc.get("/site/people/nobody")).status_code == 404
    assert (await marc.post("/site/people/nobody/disable")).status_code == 404
