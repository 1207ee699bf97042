"""Every page that answers a form that was sent, taken from the router too; most of them say what is wrong, beside its field."""

from playwright.async_api import FilePayload, Page

from tests.browser import drawings
from tests.browser.looks import Look, Sends
from tests.browser.pages import ELSEWHERE, LOOKS
from tests.browser.scene import Scene
from tests.browser.story import INVITATION, PASSWORD, SIGN_IN_LINK

ALMOST_A_PICTURE: FilePayload = {"name": "rayon.heic", "mimeType": "image/heic", "buffer": b"\x00\x00\x00\x18ftypheic" + bytes(64)}
PICTURE: FilePayload = {"name": "sejour.jpg", "mimeType": "image/jpeg", "buffer": drawings.living_room()}
TOO_LONG = "Une vitrine se prépare la veille. " * 2400
TOO_MUCH = "x" * 2_000_000
ADD, PUBLISH, KEEP = "button[name=add]", ".composer-end button.button-primary", "button[name=keep]"
HELD = Sends("/site/held/{held}", {"reason": ""}, button="button[value=refuse]")


async def open_all_details(page: Page, _scene: Scene) -> None:
    """A step: what is folded away is unfolded."""
    await page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")


async def lose_the_session(page: Page, _scene: Scene) -> None:
    """A step: the session ends while somebody writes."""
    await page.context.clear_cookies()


SIGNS_IN = Sends("/sign-in", {"name": "yann", "password": PASSWORD})
REPORTS = Sends("/report", {"category=other": True, "words": "Ce texte a été écrit dans un train, sans réseau."})

AFTER: dict[str, tuple[Look, ...]] = {
    "/announcements/{post_id}/note": (Look("note-wrong", "/posts/{announcement}", "marc", 422, (
        open_all_details, Sends("/announcements/{announcement}/note", {"note": TOO_LONG}))),),
    "/confirm": (Look("confirm-wrong", "/confirm?next=/settings/security", "sofia", 422, (Sends("/confirm", {"password": "mauvais"}),)),),
    "/drafts/{draft_id}": (
        Look("compose-refused", "/compose", "sofia", 422, (Sends("/posts", files={"files": ALMOST_A_PICTURE}, button=ADD),), scripts=False),
        Look("draft-apart", "/compose?draft={draft}", "sofia", 409, (Sends("/posts", {"text": "Ouverture dimanche ?"}, hidden={"version": "1"}, button=KEEP),)),
    ),
    "/follows/remote": (
        Look("follow-from-elsewhere-wrong", "/follows/remote?to=ines", "", 422, (Sends("/follows/remote", {"address": "anna"}),)),
        Look("leave", "/follows/remote?to=ines", "", 200, (Sends("/follows/remote", {"address": "@anna@{neighbour}"}),)),
    ),
    "/invitation/{secret}": (Look("invitation-taken", f"/invitation/{INVITATION}", "", 422, (
        Sends(f"/invitation/{INVITATION}", {"name": "Inès Martin", "handle": "ines", "password": PASSWORD}),)),),
    "/link/{secret}": (Look("reset-wrong", f"/link/{SIGN_IN_LINK}", "", 422, (
        Sends(f"/link/{SIGN_IN_LINK}", {"password": "court", "password_again": "court"}),)),),
    "/posts": (
        Look("compose-too-long", "/compose", "sofia", 422, (Sends("/posts", {"text": TOO_LONG}, button=PUBLISH),)),
        Look("compose-describe", "/compose?audience=site", "sofia", 422, (
            Sends("/posts", {"text": "Le séjour est en place."}, {"files": PICTURE}, button=PUBLISH),), scripts=False),
    ),
    "/posts/{post_id}/edit": (Look("edit-wrong", "/posts/{warning}/edit", "ines", 422, (
        Sends("/posts/{warning}/edit", {"text": TOO_LONG}, button=PUBLISH),)),),
    "/posts/{post_id}/vote": (Look("poll-wrong", "/posts/{poll}", "paul", 422, (Sends("/posts/{poll}/vote"),), scripts=False),),
    "/report": (
        Look("sign-in-kept", "/report?post={remote}", "lea", 401, (lose_the_session, REPORTS)),
    ),
    "/site/network/join/telephone": (Look("telephone-wrong", "/site/network/join", "marc", 422, (
        Sends("/site/network/join/telephone", {"telephone": "demain"}),)),),
    "/settings/data/erase": (Look("erase-oneself-wrong", "/settings/data/erase", "marc", 422, (
        Sends("/settings/data/erase", {"handle": "marcel"}),)),),
    "/settings/preferences": (Look("preferences-wrong", "/settings/preferences", "marc", 422, (
        Sends("/settings/preferences", {"email": "marc.aubrelle"}),)),),
    "/settings/profile": (Look("edit-profile-wrong", "/settings/profile", "ines", 422, (
        Sends("/settings/profile", files={"avatar": ALMOST_A_PICTURE}),)),),
    "/settings/security/password": (Look("password-wrong", "/settings/security", "paul", 422, (
        Sends("/settings/security/password", {"old": "mauvais", "password": PASSWORD, "password_again": PASSWORD}),)),),
    "/settings/security/totp/codes": (Look("recovery-codes", "/settings/security/totp", "yann", 200, (Sends("/settings/security/totp/codes"),)),),
    "/settings/security/totp/confirm": (Look("second-factor-wrong", "/settings/security/totp", "lea", 422, (
        Sends("/settings/security/totp/confirm", {"code": "000000"}),)),),
    "/sign-in": (
        Look("sign-in-wrong", "/sign-in", "", 422, (Sends("/sign-in", {"name": "marguerite", "password": "mauvais"}),)),
        Look("sign-in-too-often", "/sign-in", "", 429, (Sends("/sign-in", {"name": "bernadette", "password": "mauvais"}, until=429),)),
        Look("sign-in-too-much", "/sign-in", "", 413, (Sends("/sign-in", {"name": "marc", "password": TOO_MUCH}),)),
        Look("code", "/sign-in", "", 200, (SIGNS_IN,)),
        Look("send-again", "/report?post={remote}", "lea", 200, (lose_the_session, REPORTS, Sends("/sign-in", {"name": "lea", "password": PASSWORD}))),
    ),
    "/sign-in/code": (Look("code-wrong", "/sign-in", "", 422, (SIGNS_IN, Sends("/sign-in/code", {"code": "000000"}))),),
    "/sign-in/link": (
        Look("ask-link-wrong", "/sign-in/link", "", 422, (Sends("/sign-in/link"),)),
        Look("link-sent", "/sign-in/link", "", 200, (Sends("/sign-in/link", {"name": "personne"}),)),
    ),
    "/sign-in/passkey": (Look("passkey-wrong", "/sign-in", "", 422, (Sends("/sign-in/passkey", hidden={"answer": "{}"}),)),),
    "/site/blocks": (
        Look("blocks-wrong", "/site/blocks", "sofia", 422, (open_all_details, Sends("/site/blocks", {"host": "pas un nom"}))),
        Look("block-sure", "/site/blocks", "sofia", 200, (
            open_all_details, Sends("/site/blocks", {"host": "atelier-haddad.example", "reason": "Insultes répétées"}))),
    ),
    "/site/blocks/allow": (Look("allow-wrong", "/site/blocks", "sofia", 422, (
        open_all_details, Sends("/site/blocks/allow", {"host": "pas un nom"}))),),
    "/site/blocks/import": (
        Look("import-wrong", "/site/blocks", "sofia", 422, (open_all_details, Sends("/site/blocks/import"))),
        Look("import-sure", "/site/blocks", "sofia", 200, (open_all_details, Sends(
            "/site/blocks/import", {"list": "publicite.example\nloterie.example\n", "reason": "Liste de la chambre de commerce"}))),
    ),
    "/site/held/{post_id}": (Look("held-wrong", "/site/held", "sofia", 422, (open_all_details, HELD)),),
    "/site/held/{post_id}/read": (Look("held-read", "/site/held", "sofia", 200, (Sends("/site/held/{held_few}/read"),)),),
    "/site/look": (
        Look("look-tried", "/site/look", "marc", 200, (Sends("/site/look", {"name": "Aubrelle Alsace"}, button="button[name=try]"),)),
        Look("look-wrong", "/site/look", "marc", 422, (Sends("/site/look", files={"logo": ALMOST_A_PICTURE}, button="button.button-primary"),)),
    ),
    "/site/people/invite": (
        Look("invite-wrong", "/site/people/invite", "marc", 422, (Sends("/site/people/invite", {"uses": "0"}),)),
        Look("poster", "/site/people/invite", "marc", 200, (Sends("/site/people/invite", {"note": "Affiche de la réserve"}),)),
    ),
    "/site/channels/new": (Look("channel-wrong", "/site/channels/new", "marc", 422, (
        Sends("/site/channels/new", {"name": "Presse du Haut-Rhin", "handle": "presse du haut-rhin"}),)),),
    "/site/network/leave": (Look("network-leave-wrong", "/site/network/leave", "marc", 422, (Sends("/site/network/leave"),)),),
    "/site/partners/{handle}/welcome": (Look("channel-welcome-wrong", "/site/partners/catalogue", "marc", 422, (
        Sends("/site/partners/catalogue/welcome", {"host": "pas un serveur"}),)),),
    "/site/people/{handle}/erase": (Look("erase-wrong", "/site/people/lea/erase", "marc", 422, (
        Sends("/site/people/lea/erase", {"handle": "léa"}),)),),
    "/site/people/{handle}/link": (Look("link-to-hand-over", "/site/people/paul", "marc", 200, (Sends("/site/people/paul/link"),)),),
    "/site/people/{handle}/roles": (Look("member-wrong", "/site/people/marc", "marc", 409, (
        Sends("/site/people/marc/roles", {"roles=administrator": False}),)),),
    "/site/reports/{report_id}": (Look("report-wrong", "/site/reports/{report}", "sofia", 422, (
        Sends("/site/reports/{report}", {"reason": ""}, button="button[value=resolved]"),)),),
    "/site/reports/{report_id}/read": (Look("report-read", "/site/reports/{confided_report}", "sofia", 200, (
        Sends("/site/reports/{confided_report}/read"),)),),
}  # fmt: skip
"""By route: the pages that answer what is sent to it."""

_BACK = "goes back to the page it was sent from, with a notice"
_SCRIPT = "JSON for passkeys.js"
NO_ANSWERS = {
    "/@{handle}/block": _BACK,
    "/@{handle}/follow": _BACK,
    "/@{handle}/mute": _BACK,
    "/@{handle}/remove": _BACK,
    "/@{handle}/unblock": _BACK,
    "/@{handle}/unfollow": _BACK,
    "/@{handle}/unmute": _BACK,
    "/announcements": "only a head office has it: looked at in test_announcements.py",
    "/announcements/keys": "only a head office has it: looked at in test_keys.py",
    "/announcements/keys/{key_id}/revoke": _BACK,
    "/announcements/preview": "only a head office has it: looked at in test_preview.py",
    "/announcements/drafts/{draft_id}": "only a head office has it: looked at in test_writing.py",
    "/announcements/starters/{key}/delete": _BACK,
    "/announcements/starters/{key}/rename": "only a head office has it: looked at in test_writing.py",
    "/announcements/planned/{plan_id}": "only a head office has it: looked at in test_writing.py",
    "/announcements/planned/{plan_id}/cancel": "goes to the draft that it becomes",
    "/announcements/planned/{plan_id}/publish": "only a head office has it: looked at in test_writing.py",
    "/announcements/mail": "goes back to the page it was sent from, with a notice",
    "/link/announcement/{secret}": "its address stands in a mail alone: asked in tests/features/announcements/test_mailed_links.py",
    "/link/mails/{presented}": "its address stands in a mail alone: asked in tests/features/announcements/test_mailed_links.py",
    "/announcements/{post_id}/acknowledge": _BACK,
    "/announcements/{post_id}/change": "only a head office has it: looked at in test_announcements.py",
    "/announcements/{post_id}/confirm": _BACK,
    "/announcements/{post_id}/remind": _BACK,
    "/announcements/{post_id}/withdraw": "goes to the announcements, with a notice",
    "/confirm/passkey": "goes on; refused as /sign-in/passkey",
    "/drafts/{draft_id}/delete": _BACK,
    "/follows/requests": _BACK,
    "/invitation/{secret}/options": _SCRIPT,
    "/posts/{post_id}/bookmark": _BACK,
    "/posts/{post_id}/boost": _BACK,
    "/posts/{post_id}/delete": "goes home, with a notice",
    "/posts/{post_id}/like": _BACK,
    "/posts/{post_id}/unbookmark": _BACK,
    "/posts/{post_id}/unboost": _BACK,
    "/posts/{post_id}/unlike": _BACK,
    "/search": "the page of the search with what came of it: search-blocked in pages.py",
    "/settings/data/export": _BACK,
    "/settings/preferences/email": _BACK,
    "/settings/security/passkeys": "goes back; driven in test_passkeys.py",
    "/settings/security/passkeys/options": _SCRIPT,
    "/settings/security/passkeys/remove": _BACK,
    "/settings/security/sessions/end": _BACK,
    "/site/kit": "only a head office has it: looked at in test_kit.py",
    "/site/kit/withdraw": _BACK,
    "/site/look/kit/back": _BACK,
    "/site/look/kit/change": "only where a look is offered: looked at in test_kit.py",
    "/site/look/kit/refuse": _BACK,
    "/site/look/kit/take": _BACK,
    "/site/network/found": "only a head office has it: tests/social/network/console",
    "/site/network/members/{host}": "only a head office has it: tests/social/network/console/member",
    "/site/network/members/{host}/{measure}": "goes back, or only a head office has it: tests/social/network/console/member",
    "/site/network/invitations/files": "a file to download",
    "/site/network/invitations/new": "only a head office has it: looked at in test_joining.py",
    "/site/network/invitations/{invitation_id}/withdraw": _BACK,
    "/site/network/join": "only a site in no network has it: looked at in test_joining.py",
    "/site/network/join/ask": "only a site in no network has it: looked at in test_joining.py",
    "/site/network/leave/archive": _BACK,
    "/site/network/requests/approve": "only a head office has it: looked at in test_joining.py",
    "/site/network/requests/refuse": _BACK,
    "/site/partners/{handle}/answer": _BACK,
    "/site/partners/{handle}/change": "refused as /site/partners/{handle}/welcome, on the same page",
    "/site/partners/{handle}/close": _BACK,
    "/site/partners/{handle}/end": _BACK,
    "/site/partners/{handle}/unwelcome": _BACK,
    "/settings/security/sessions/end-others": _BACK,
    "/settings/security/tokens/revoke": _BACK,
    "/settings/security/totp/begin": "goes back to the page with the square",
    "/settings/security/totp/remove": _BACK,
    "/sign-in/passkey/options": _SCRIPT,
    "/sign-out": "goes to the front page, with a notice",
    "/site/blocks/disallow": _BACK,
    "/site/blocks/lift": _BACK,
    "/site/blocks/lift-person": _BACK,
    "/site/held/distrust": _BACK,
    "/site/network/segments/new": "only a head office has it: looked at in test_selections.py",
    "/site/network/segments/{key}": "only a head office has it: looked at in test_selections.py",
    "/site/network/segments/{key}/withdraw": "only a head office has it: looked at in test_selections.py",
    "/site/people/invitations/{link_id}/withdraw": _BACK,
    "/site/people/{handle}/disable": _BACK,
    "/site/people/{handle}/enable": _BACK,
    "/site/queue/drop": _BACK,
    "/site/queue/retry": _BACK,
    "/site/reports/{report_id}/show": _BACK,
    "/site/settings": "goes back; its fields are all choices, so nothing can be typed that is refused",
    "/welcome": "there only while nobody runs the site; looked at on a site that is new",
}
"""By route: why no page of its own answers it."""


def all_looks() -> list[Look]:
    """Every page of the scene: what is opened, what answers a form, and what lies elsewhere."""
    return [look for looks in (*LOOKS.values(), *AFTER.values(), ELSEWHERE) for look in looks]
