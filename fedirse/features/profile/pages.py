"""The page on which somebody changes their profile."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.features.profile.actions import change_profile, take_pictures
from fedirse.features.profile.model import TypedProfile
from fedirse.features.profile.rules import check_profile
from fedirse.features.profile.store import find_profile
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

NUMBERS = range(1, limits.PROFILE_FIELDS + 1)


async def get_profile(request: Request, visitor: Visitor) -> Response:
    """The form, filled with the present profile."""
    known = await site_of(request).read(find_profile, visitor.actor)
    lines = {
        f"{half}{number}": text for number, line in enumerate(known.fields, 1) for half, text in zip(("label", "value"), line, strict=True)
    }
    ticks = {"locked": known.locked, "discoverable": known.discoverable, "shows_follows": known.shows_follows}
    return _show(request, filled({"name": known.name, "bio": known.bio, **ticks, **lines}))


async def save_profile(request: Request, visitor: Visitor, form: Form) -> Response:
    """Take the profile as it was typed."""
    site, now = site_of(request), site_of(request).clock.now()
    typed = TypedProfile(
        form.line("name"),
        form.text("bio").strip(),
        tuple((form.line(f"label{number}"), form.line(f"value{number}")) for number in NUMBERS),
        locked=form.checked("locked"),
        discoverable=form.checked("discoverable"),
        shows_follows=form.checked("shows_follows"),
    )
    try:
        # Before the pictures, which take time.
        check_profile(typed)
        pictures = await take_pictures(site, visitor.actor.id, form, now)
        await site.write(change_profile, site, visitor.actor.id, typed, pictures, now)
    except InvalidInput as error:
        return _show(request, form.with_error(error, "bio"), status=422)
    return go_on(request, f"/@{visitor.handle}", "Your profile is saved.")


def _show(request: Request, form: Form, *, status: int = 200) -> Response:
    return render(request, "profile/edit.html", {"form": form, "numbers": NUMBERS}, status=status)


ROUTES: list[BaseRoute] = [
    page("/settings/profile", get_profile),
    deed("/settings/profile", save_profile, Permission.READ, files=True, keeps=True),
]
