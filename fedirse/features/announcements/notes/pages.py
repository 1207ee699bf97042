"""Writing the note of the site under an announcement."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.notes.actions import write_note
from fedirse.features.announcements.notes.views import view_note
from fedirse.social.accounts.visitors import deed, site_of
from fedirse.social.follows.channels.model import Runner
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


async def post_note(request: Request, visitor: Visitor, form: Form) -> Response:
    """Write it, or take it away; what is too long stands there again with what to do."""
    site, post_id, by = site_of(request), request.path_params["post_id"], Runner(visitor.account_id, visitor.handle)
    typed, now = form.text("note"), site.clock.now()
    try:
        await site.write(lambda tx: write_note(tx, visitor.reader, post_id, typed, now, by=by))
    except InvalidInput as error:
        shown = await site.read(view_note, visitor, post_id)
        return render(request, "notes/page.html", {"shown": shown, "form": form.with_error(error, "note")}, status=422)
    told = N_("The note is written for the people of this site.") if typed.strip() else N_("There is no note any more.")
    return go_on(request, f"/posts/{post_id}", told)


ROUTES: list[BaseRoute] = [deed("/announcements/{post_id}/note", post_note, Permission.CONFIRM)]
