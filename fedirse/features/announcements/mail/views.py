"""The words of a mail, plain and as HTML, in the language of who gets it; and what the pages about mails show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.base.roles import Permission
from fedirse.base.types import Reader
from fedirse.base.wording import N_
from fedirse.features.announcements.acknowledgement.model import Totals
from fedirse.features.announcements.acknowledgement.rules import FEWEST, tellable
from fedirse.features.announcements.acknowledgement.views import ToRead
from fedirse.features.announcements.mail import store
from fedirse.features.announcements.mail.model import Kind, Sending, State
from fedirse.features.announcements.mail.rules import link_ends
from fedirse.features.announcements.model import Asked, Priority
from fedirse.features.announcements.store import find_readable
from fedirse.features.announcements.wishes.actions import stop_address
from fedirse.features.announcements.wishes.store import count_text_readers
from fedirse.remote.mail import Mail
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.store import count_accounts
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.network.actions import list_members_inside
from fedirse.social.network.members.model import People
from fedirse.social.posts.composing.model import Circle, Circles
from fedirse.social.posts.model import Post
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction
from fedirse.web.blocks import Shown
from fedirse.web.colours import text_on
from fedirse.web.html import clean, to_text
from fedirse.web.languages import long_date, number, translations
from fedirse.web.names import plain
from fedirse.web.rendering import environment, timezone_of
from fedirse.web.visitor import Visitor

LINK = "/link/announcement/"
"""Where the link of a mail leads; what follows is its secret."""

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One announcement in a mail: as its reader sees it in a list, who announces it, and the secret of its link."""

    line: ToRead
    speaker: StoredActor
    secret: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be written.

    Attributes:
        account: who gets it.
        kind: in what form.
        entries: what it is about; one but for a digest.
        more: how many further ones wait.
        sending_ids: the rows that say that it is sent.
    """

    account: Account
    kind: Kind
    entries: Sequence[Entry]
    more: int
    sending_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Part:
    """An announcement in the words of a mail."""

    title: str
    mark: str
    state: str
    by: str
    content: str
    button: str
    address: str


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail on the page for who runs the site: what became of it, and to whom it went."""

    sending: Sending
    person: StoredActor | None


@dataclass(frozen=True, slots=True)
class Mails:
    """What was mailed about an announcement.

    Attributes:
        post: it.
        lines: its mails, the latest first.
        counts: how many have come how far.
        following: where the list goes on; None for its end.
    """

    post: Post
    lines: Sequence[MailLine]
    counts: Sequence[tuple[State, int]]
    following: str | None


@dataclass(frozen=True, slots=True)
class Reach:
    """To how many people of a circle of sites texts are mailed; `people` counts those sites that have told."""

    kind: AudienceKind
    circle: Circle
    people: People


_DIGEST = N_("To read at %(site)s: %(count)s")
_URGENT = N_("Urgent: %(title)s")
_REMINDER = N_("Reminder: %(title)s")
_MARKS = {Priority.URGENT: N_("Urgent"), Priority.IMPORTANT: N_("Important"), Priority.INFO: N_("For information")}
_CONFIRM_BEFORE = N_("To be read and confirmed before %(date)s.")
_CONFIRM = N_("To be read and confirmed.")
_CONFIRM_SITE = N_("The site has not confirmed it yet: sign in to do that.")
_READ = N_("To be read.")
_BY = N_("Announcement of %(name)s")
_BUTTON = N_("Open the announcement")
_WARNING = N_(
    "The link is for you alone, @%(handle)s: whoever has it reads this announcement and can confirm it in your name. Pass it on to nobody."
)
_WARNINGS = N_(
    "The links are for you alone, @%(handle)s: whoever has one reads it and can confirm it in your name. Pass them on to nobody."
)
_ENDS = N_("It opens until %(date)s.")
_MORE = N_("And %(count)s more, on the site.")
_CHANGE = N_("Choose what is mailed to you, or nothing:")
_EMBARGO = N_("Not to be spoken of outside before %(date)s.")


def letter_mail(site: Site, letter: Letter, now: datetime) -> Mail:
    """The mail as it leaves."""
    language = letter.account.language
    say = translations(language).gettext
    parts = [_part(site, letter, entry) for entry in letter.entries]
    stop = stop_address(site, letter.account.id)
    handle = {"handle": letter.account.handle}
    after = [say(_WARNING if len(parts) == 1 else _WARNINGS) % handle]
    if len(parts) == 1:
        after.append(say(_ENDS) % {"date": _date(site, letter.account, link_ends(letter.entries[0].line.announcement, now))})
    more = say(_MORE) % {"count": number(letter.more, language)} if letter.more else ""
    subject = _subject(site, letter, parts)
    shown = {
        "language": language,
        "site": site.settings,
        "on_brand": text_on(site.settings.colour),
        "origin": site.uris.origin,
        "subject": subject,
        "parts": parts,
        "more": more,
        "after": after,
        "change": say(_CHANGE),
        "stop": stop,
    }
    html = environment(language).get_template("mail/letter.html").render(shown)
    end = f"{' '.join(after)}\n\n-- \n{site.settings.name}\n{site.uris.origin}/\n\n{say(_CHANGE)}\n{stop}\n"
    text = "\n\n".join([*map(_plain, parts), *filter(None, [more]), end])
    return Mail(letter.account.email or "", subject, text, html, unsubscribe=stop)


def view_mails(tx: Transaction, reader: Reader, post_id: str, before: str) -> Mails | None:
    """What was mailed about an announcement; None where the reader may not read it."""
    found = find_readable(tx, post_id, reader)
    if found is None:
        return None
    sendings = store.list_of_announcement(tx, post_id, before=before, limit=MOST_SHOWN + 1)
    shown = sendings[:MOST_SHOWN]
    actors, counts = list_actors(tx, [one.actor_id for one in shown]), store.count_of_announcement(tx, post_id)
    lines = [MailLine(one, actors.get(one.actor_id)) for one in shown]
    return Mails(
        found[0],
        lines,
        [(state, counts[state]) for state in State if state in counts],
        shown[-1].id if len(sendings) > len(shown) else None,
    )


def show_mails(tx: Transaction, site: Site, visitor: Visitor, post_id: str) -> Shown | None:
    """Beside an announcement, for who runs the site: how many mails about it have left."""
    del site
    if not visitor.may(Permission.MANAGE_SITE) or find_readable(tx, post_id, visitor.reader) is None:
        return None
    counts = store.count_of_announcement(tx, post_id)
    return Shown("mail/beside.html", {"post_id": post_id, "counts": counts, "sent": counts.get(State.SENT, 0)}) if counts else None


def view_reach(tx: Transaction, site: Site, circles: Circles, now: datetime) -> list[Reach]:
    """To how many people the words of an announcement would be mailed, for each circle of sites that it can be for."""
    told, here = dict(store.list_text_readers(tx)), _text_readers_here(tx, site)
    if here is not None:
        told[site.uris.site_actor] = here
    offered = [(AudienceKind.NETWORK, circles.network), *((AudienceKind.SEGMENT, one) for one in circles.segments)]
    found = []
    for kind, circle in offered:
        if circle is not None:
            members = list_members_inside(tx, Audience(kind, of=circle.address).reader_scopes, now)
            people = People(sum(told.get(one, 0) for one in members), all(one in told for one in members))
            found.append(Reach(kind, circle, people))
    return found


def _text_readers_here(tx: Transaction, site: Site) -> int | None:
    """At the head office itself, under the rule that holds for every site: None where the number would be about somebody."""
    if not (site.settings.mail_texts and site.mailer.can_send):
        return 0
    people = count_accounts(tx)
    return tellable(count_text_readers(tx), Totals(people, 0, 0) if people >= FEWEST else None)


def _part(site: Site, letter: Letter, entry: Entry) -> Part:
    say, line, account = translations(letter.account.language).gettext, entry.line, letter.account
    terms = line.announcement.terms
    state = [_READ if terms.asked is not Asked.EVERYONE else _CONFIRM_BEFORE if terms.before else _CONFIRM] if line.waits else []
    state += [_CONFIRM_SITE] if line.site_waits and not line.waits else []
    words = [
        say(sentence) % ({"date": _date(site, account, terms.before)} if sentence is _CONFIRM_BEFORE and terms.before else {})
        for sentence in state
    ]
    if line.embargo and terms.embargo_until is not None:
        words.append(say(_EMBARGO) % {"date": _date(site, account, terms.embargo_until)})
    by = say(_BY) % {"name": plain(entry.speaker.display_name)}
    return Part(
        # A head office of another kind may give none; its words are not taken in its place.
        title=plain(line.post.title) or by,
        mark=say(_MARKS[terms.priority]),
        state=" ".join(words),
        by=by,
        content=clean(line.post.content) if letter.kind is Kind.TEXT else "",
        button=say(_BUTTON),
        address=f"{site.uris.origin}{LINK}{entry.secret}",
    )


def _plain(part: Part) -> str:
    words = to_text(part.content).strip() if part.content else ""
    return "\n\n".join(filter(None, (part.by, f"{part.title}\n{part.mark}. {part.state}".rstrip(), words, part.address)))


def _subject(site: Site, letter: Letter, parts: Sequence[Part]) -> str:
    language = letter.account.language
    say = translations(language).gettext
    if letter.kind is Kind.DIGEST:
        return say(_DIGEST) % {"site": site.settings.name, "count": number(len(parts) + letter.more, language)}
    if letter.kind is Kind.REMINDER:
        return say(_REMINDER) % {"title": parts[0].title}
    is_urgent = letter.entries[0].line.announcement.terms.priority is Priority.URGENT
    return say(_URGENT) % {"title": parts[0].title} if is_urgent else parts[0].title


def _date(site: Site, account: Account, instant: datetime) -> str:
    return long_date(instant, account.language, timezone_of(account.timezone or site.settings.timezone))
