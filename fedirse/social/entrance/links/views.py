"""The words of a mail, plain and as HTML, in the language of who gets it."""

from dataclasses import dataclass

from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.entrance.links.rules import MAILED_LASTS, PROOF_LASTS
from fedirse.web.colours import text_on
from fedirse.web.languages import translations
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


_PROOF_SUBJECT = N_("Is this your address? %(site)s")
_PROOF_GREETING = N_("@%(handle)s noted this address on %(site)s, so that links to sign in can be sent here. Was it you?")
_PROOF_USE = N_("Open it within %(hours)s hours and confirm the address. Nothing is sent here before.")
_PROOF_BUTTON = N_("It is my address")
_PROOF_OTHERWISE = N_("If it was not you, there is nothing to do: no further mail comes here.")


def link_mail(site: Site, account: Account, address: str) -> MailWords:
    """The mail with a link to sign in.

    Args:
        site: who sends it.
        account: who gets it.
        address: the link.
    """
    minutes = int(MAILED_LASTS.total_seconds()) // 60
    return _mail(site, account, address, (_SUBJECT, _SUBJECT, (_GREETING, _USE), _OTHERWISE), minutes=minutes)


def proof_mail(site: Site, account: Account, address: str) -> MailWords:
    """The mail with a link that shows the address to be the account's; arguments as for `link_mail`."""
    hours = int(PROOF_LASTS.total_seconds()) // 3600
    return _mail(site, account, address, (_PROOF_SUBJECT, _PROOF_BUTTON, (_PROOF_GREETING, _PROOF_USE), _PROOF_OTHERWISE), hours=hours)


Sentences = tuple[str, str, tuple[str, str], str]
"""Subject, button, what stands before it, what stands after it."""


def _mail(site: Site, account: Account, address: str, sentences: Sentences, **numbers: int) -> MailWords:
    say = translations(account.language).gettext
    words = {"site": site.settings.name, "handle": account.handle, **numbers}
    subject, button, before, after = sentences
    subject, button, greeting, use, otherwise = (say(sentence) % words for sentence in (subject, button, *before, after))
    text = f"{greeting}\n\n{use}\n\n{address}\n\n{otherwise}\n\n-- \n{site.settings.name}\n{site.uris.origin}/\n"
    shown = {
        "language": account.language,
        "site": site.settings,
        "on_brand": text_on(site.settings.colour),
        "origin": site.uris.origin,
        "subject": subject,
        "before": (greeting, use),
        "button": button,
        "address": address,
        "after": (otherwise,),
    }
    return MailWords(subject, text, environment(account.language).get_template("entrance/mail.html").render(shown))
