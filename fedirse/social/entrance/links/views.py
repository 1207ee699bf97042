"""The words of a mail, plain and as HTML, in the language of who gets it."""

from dataclasses import dataclass

from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.entrance.links.rules import MAILED_LASTS
from fedirse.web.colours import text_on
from fedirse.web.languages import N_, translations
from fedirse.web.rendering import environment


@dataclass(frozen=True, slots=True)
class MailWords:
    """A mail without its addresses."""

    subject: str
    text: str
    html: str


_SUBJECT = N_("Sign in to %(site)s")
_GREETING = N_("Somebody, probably you, asked for a link to sign in to %(site)s as @%(handle)s.")
_USE = N_("Open it within %(minutes)s minutes. It works once.")
_OTHERWISE = N_("If it was not you, there is nothing to do: without the link nobody gets in. Show this mail to nobody.")


def link_mail(site: Site, account: Account, address: str) -> MailWords:
    """The mail with a link to sign in.

    Args:
        site: who sends it.
        account: who gets it.
        address: the link.
    """
    say = translations(account.language).gettext
    words = {"site": site.settings.name, "handle": account.handle, "minutes": int(MAILED_LASTS.total_seconds()) // 60}
    subject, greeting, use, otherwise = (say(sentence) % words for sentence in (_SUBJECT, _GREETING, _USE, _OTHERWISE))
    text = f"{greeting}\n\n{use}\n\n{address}\n\n{otherwise}\n\n-- \n{site.settings.name}\n{site.uris.origin}/\n"
    shown = {
        "language": account.language,
        "site": site.settings,
        "on_brand": text_on(site.settings.colour),
        "origin": site.uris.origin,
        "subject": subject,
        "before": (greeting, use),
        "button": subject,
        "address": address,
        "after": (otherwise,),
    }
    return MailWords(subject, text, environment(account.language).get_template("entrance/mail.html").render(shown))
