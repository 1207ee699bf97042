"""`/announcements/keys`: the keys for programs. What a key opens with is shown once, when it is made."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.api.keys.actions import check_is_head_office, make_key, new_key_secret, revoke_key
from fedirse.features.announcements.api.keys.model import May
from fedirse.features.announcements.api.keys.views import view_keys, wanted_of
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.entrance.confirming.pages import confirm_first
from fedirse.social.follows.channels.model import Runner
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

HERE = "/announcements/keys"


async def get_keys(request: Request, visitor: Visitor) -> Response:
    """The keys there are, and the fields of a new one. Raises NotFound: this site is no head office."""
    del visitor
    await site_of(request).read(check_is_head_office)
    return await _show(request, filled({"may": May.READ.value}))


async def post_key(request: Request, visitor: Visitor, form: Form) -> Response:
    """Make a key, and show once what it opens with. It is a way in, so whoever makes one proves first who they are."""
    site, now, secret = site_of(request), site_of(request).clock.now(), new_key_secret()
    await site.read(check_is_head_office)
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    try:
        wanted = wanted_of(form, site.settings.timezone)
        key = await site.write(lambda tx: make_key(tx, wanted, secret, now, by=_by(visitor)))
    except InvalidInput as error:
        return await _show(request, form.with_error(error), status=422)
    return render(request, "keys/made.html", {"key": key, "secret": secret})


async def post_revoke(request: Request, visitor: Visitor, form: Form) -> Response:
    """Let a key open nothing any more; pressed twice, it is gone all the same."""
    del form
    site, key_id = site_of(request), request.path_params["key_id"]
    await site.read(check_is_head_office)
    try:
        await site.write(revoke_key, key_id, site.clock.now(), by=_by(visitor))
    except NotFound:
        return go_on(request, HERE, N_("There is no such key any more."))
    return go_on(request, HERE, N_("The key is revoked. Programs that have it are refused from now on."))


async def _show(request: Request, form: Form, *, status: int = 200) -> Response:
    site = site_of(request)
    keys = await site.read(view_keys, site.clock.now())
    return render(request, "keys/keys.html", {"keys": keys, "form": form}, status=status)


def _by(visitor: Visitor) -> Runner:
    return Runner(visitor.account_id, visitor.handle)


ROUTES: list[BaseRoute] = [
    page(HERE, get_keys, Permission.ANNOUNCE),
    deed(HERE, post_key, Permission.ANNOUNCE),
    deed(f"{HERE}/{{key_id}}/revoke", post_revoke, Permission.ANNOUNCE),
]
