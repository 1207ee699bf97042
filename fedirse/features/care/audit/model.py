"""What people read in place of the codes of the audit log: a sentence for every deed, words for everything that stands with it.

The table is closed: a test finds every place that records something, and fails for what has no words here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fedirse.base.wording import N_


@dataclass(frozen=True, slots=True)
class Counted:
    """A sentence with a number in it.

    Attributes:
        one: for one thing, with `%(n)s`.
        many: for several.
        by: the field of the entry that holds the number: `subject`, or a detail.
    """

    one: str
    many: str
    by: str


Sentence = str | Counted


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sentence that depends on a code in the entry.

    Attributes:
        by: the field that holds the code: `subject`, or a detail.
        among: the sentences by code.
        otherwise: for every other code.
    """

    by: str
    among: Mapping[str, Sentence]
    otherwise: Sentence


@dataclass(frozen=True, slots=True)
class Labelled:
    """A detail that somebody typed, or an address: shown as it is, after its label."""

    label: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A detail made of codes, each of which has a word."""

    label: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Flag:
    """A detail that is said when it is true, and not mentioned otherwise."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Linked:
    """An id that tells people nothing: the page about it is named instead. `path` is what stands before the id."""

    label: str
    path: str


Detail = Labelled | Coded | Flag | Counted | Linked

DEEDS: Final[Mapping[str, Sentence | Chosen]] = {
    "account.disabled": N_("disabled the account %(person)s"),
    "account.enabled": N_("opened the account %(person)s again"),
    "account.erased": N_("began to erase the account %(person)s and everything it wrote"),
    "account.exported": N_("took a copy of all the data of %(person)s"),
    "account.roles": N_("changed the roles of %(person)s"),
    "actor.blocked": N_("blocked %(subject)s"),
    "actor.unblocked": N_("lifted the block of %(subject)s"),
    "answer.approved": N_("let an answer appear that was held"),
    "answer.read": N_("read a held answer that was not meant for them"),
    "answer.refused": N_("refused an answer that was held"),
    "author.distrusted": N_("decided that the answers of %(subject)s wait again"),
    "author.trusted": N_("decided that the answers of %(subject)s appear at once"),
    "channel.changed": N_("changed what the partner channel %(subject)s says of itself"),
    "channel.closed": N_("closed the partner channel %(subject)s"),
    "announcement.changed": N_("published a later version of the announcement %(subject)s"),
    "announcement.confirmed": N_("confirmed the announcement %(subject)s for the site"),
    "announcement.key-made": N_("made the key %(subject)s, with which a program speaks in their name"),
    "announcement.key-revoked": N_("revoked the key %(subject)s of a program"),
    "announcement.noted": N_("wrote the note of the site under the announcement %(subject)s"),
    "announcement.not-published": N_("could not publish an announcement that was planned"),
    "announcement.plan-cancelled": N_("made a draft again of an announcement that was planned"),
    "announcement.plan-changed": N_("changed an announcement that is planned"),
    "announcement.planned": N_("planned an announcement"),
    "announcement.published": N_("published the announcement %(subject)s"),
    "announcement.reminded": N_("asked the sites once more that have not confirmed the announcement %(subject)s"),
    "announcement.unnoted": N_("took away the note of the site under the announcement %(subject)s"),
    "announcement.withdrawn": N_("took back the announcement %(subject)s"),
    "channel.deleted": N_("deleted a post of the partner channel %(subject)s"),
    "channel.edited": N_("changed a post of the partner channel %(subject)s"),
    "channel.made": N_("made the partner channel %(subject)s"),
    "channel.posted": N_("wrote in the partner channel %(subject)s"),
    "host.allowed": N_("allowed the server %(subject)s"),
    "host.blocked": N_("blocked the server %(subject)s"),
    "host.disallowed": N_("took the server %(subject)s off the list of allowed ones"),
    "host.unblocked": N_("lifted the block of the server %(subject)s"),
    "hosts.imported": Counted("blocked %(n)s server from a list", "blocked %(n)s servers from a list", by="subject"),
    "invitation.made": Counted("made an invitation for %(n)s person", "made an invitation for %(n)s people", by="uses"),
    "kit.offered": N_("offered the look %(subject)s to the sites"),
    "kit.refused": N_("kept the look of the site instead of %(subject)s"),
    "kit.taken": N_("took the look %(subject)s for the site"),
    "kit.undone": N_("went back to the look before %(subject)s"),
    "kit.withdrawn": N_("withdrew the look %(subject)s"),
    "keys.revoked": N_("had done with the keys of %(subject)s: what they signed holds no more"),
    "link.made": Chosen(
        "kind",
        {
            "reset": N_("gave %(person)s a link for a new password"),
            "sign_in": N_("gave %(person)s a link to sign in"),
        },
        otherwise=N_("gave %(person)s a link"),
    ),
    "link.withdrawn": Chosen(
        "kind",
        {
            "email": N_("withdrew a link that confirms an e-mail address"),
            "invitation": N_("withdrew an invitation"),
            "reset": N_("withdrew a link for a new password"),
            "set_up": N_("withdrew the link that sets the site up"),
            "sign_in": N_("withdrew a link to sign in"),
        },
        otherwise=N_("withdrew a link"),
    ),
    "member.admitted": N_("made %(subject)s a member of the network"),
    "member.changed": N_("changed what the member %(subject)s is known by"),
    "member.joined": N_("joined the network as %(subject)s, by an invitation that lets sites in at once"),
    "member.purged": Counted(
        "says that it has erased %(n)s post of others that was for members",
        "says that it has erased %(n)s posts of others that were for members",
        by="count",
    ),
    "member.key-changed": N_("stated that the member %(subject)s has another key"),
    "member.removed": N_("ended the membership of %(subject)s"),
    "member.restored": N_("gave the member %(subject)s its rights back"),
    "member.suspended": N_("suspended the member %(subject)s"),
    "network.asked": N_("asked the network of %(subject)s to let this site in"),
    "network.contradiction": N_("said two different things about the network %(subject)s under one number"),
    "network.gap-closed": N_("gave this site what it had missed"),
    "network.gap-open": N_("could not be asked for what this site had missed"),
    "network.invitation-withdrawn": N_("withdrew an invitation to the network"),
    "network.invited": Counted("invited %(n)s site to the network", "invited %(n)s sites to the network", by="sites"),
    "network.key-changed": N_("gave the network %(subject)s another key"),
    "network.key-known": N_("told the members of the network %(subject)s the new key of this site"),
    "network.key-offered": N_("told the head office of %(subject)s the next key of this site"),
    "network.key-replaced": N_("replaced the keys of this site in the network %(subject)s at once"),
    "network.left": N_("left the network of %(subject)s"),
    "network.let-us-go": N_("confirmed that this site has left the network %(subject)s"),
    "network.let-us-in": N_("let this site into the network %(subject)s"),
    "network.made": N_("made the network %(subject)s"),
    "network.new-key": N_("gave the network %(subject)s another key, and said so with the one before"),
    "network.not-believed": N_("answered about the network %(subject)s what this site does not believe; what was known stays"),
    "network.other-key": N_("knows this site in the network %(subject)s by a key that it does not have: if nobody here changed it, call"),
    "network.purged": Counted(
        "erased %(n)s post of others that was for members of the network it is no longer in",
        "erased %(n)s posts of others that were for members of the network it is no longer in",
        by="count",
    ),
    "network.refused": N_("did not let the site %(subject)s into the network"),
    "network.refused-us": N_("did not let this site into the network %(subject)s"),
    "network.removed-us": N_("ended this site's membership of the network %(subject)s"),
    "network.restored-us": N_("gave this site its rights in the network %(subject)s back"),
    "network.set-back": N_("met members who know more of the network %(subject)s than this database: it is older than what they were told"),
    "network.suspended-us": N_("suspended this site in the network %(subject)s"),
    "network.telephone-given": N_("gave the head office of %(subject)s a telephone number of this site"),
    "network.telephone-taken-back": N_("took the telephone number of this site back from the head office of %(subject)s"),
    "partner.approved": N_("let in %(subject)s as a partner"),
    "partner.ended": N_("ended the partnership of %(subject)s"),
    "partner.recalled": N_("asked the server %(subject)s to delete what it has of a partner channel"),
    "partner.refused": N_("did not let in %(subject)s as a partner"),
    "partners.unwelcome": N_("decided that whoever asks from the server %(subject)s to be a partner waits again"),
    "partners.welcome": N_("decided that whoever asks from the server %(subject)s is a partner at once"),
    "person.warned": N_("sent %(person)s a warning"),
    "post.deleted": N_("deleted a post of %(author)s"),
    "post.hidden": N_("hid a post of %(author)s on this site"),
    "post.shown": N_("showed a hidden post again"),
    "queue.dropped": Chosen(
        "subject",
        {"*": N_("gave up everything that waited to be sent")},
        otherwise=N_("gave up what waited to be sent to %(subject)s"),
    ),
    "queue.retried": Chosen(
        "subject",
        {"*": N_("had everything tried again that waits to be sent")},
        otherwise=N_("had everything tried again that waits to be sent to %(subject)s"),
    ),
    "report.dismissed": N_("closed the report about %(about)s: there was nothing to do"),
    "report.post-read": N_("read a reported post that was not meant for them"),
    "report.resolved": N_("dealt with the report about %(about)s"),
    "second-factor.removed": N_("removed the second factor of %(person)s"),
    "segment.changed": N_("changed the selection %(subject)s"),
    "segment.defined": N_("made the selection %(subject)s"),
    "segment.withdrawn": N_("withdrew the selection %(subject)s"),
    "site.exported": N_("had an archive of the site made"),
    "site.restored": N_("restored the site from the backup of %(subject)s"),
    "site.settings": N_("changed the settings of the site"),
}
"""By deed: how it goes on after the name of whoever did it. `person` is a subject that is a handle of this site."""

UNKNOWN: Final = N_("did something that this version has no words for (%(deed)s)")
"""For an entry of another version of fedirse."""

_ROLES: Final[Mapping[str, str]] = {
    "reader": N_("Reader"),
    "author": N_("Author"),
    "moderator": N_("Moderator"),
    "responsible": N_("Responsible person"),
    "administrator": N_("Administrator"),
    "communicator": N_("Communicator"),
    "network_owner": N_("Network owner"),
}

_MEASURES: Final[Mapping[str, str]] = {
    "remove": N_("posts removed"),
    "warn": N_("warning sent"),
    "block-actor": N_("person blocked"),
    "block-host": N_("server blocked"),
}

_KINDS: Final[Mapping[str, str]] = {
    "invitation": N_("invitation"),
    "email": N_("confirmation of an e-mail address"),
    "reset": N_("new password"),
    "set_up": N_("first administrator"),
    "sign_in": N_("signing in"),
}

_SETTINGS: Final[Mapping[str, str]] = {
    "accent": N_("second colour"),
    "anonymous_search": N_("search for visitors"),
    "authorised_fetch": N_("signed requests"),
    "colour": N_("main colour"),
    "cover": N_("cover"),
    "description": N_("description"),
    "federation": N_("servers that are talked to"),
    "font": N_("letters"),
    "language": N_("language"),
    "logo": N_("logo"),
    "mail_texts": N_("mailing the words of announcements"),
    "media_domain": N_("address of the files"),
    "megabytes_per_account": N_("room for the files of an account"),
    "name": N_("name"),
    "replies": N_("answers from other servers"),
    "second_factor": N_("second factor"),
    "timezone": N_("time zone"),
    "urgent_announcements": N_("urgent announcements in 30 days"),
}

_DOUBTS: Final[Mapping[str, str]] = {
    "bad-signature": N_("its signature does not hold"),
    "bad-statement": N_("it cannot be read"),
    "from-the-future": N_("it is dated ahead: a clock is wrong"),
    "not-the-head-office": N_("no key of the head office has signed it"),
    "older-roster": N_("it is older than what is known here"),
    "other-network": N_("it is about another network"),
    "remote-gone": N_("it tells this site nothing any more"),
    "unusable": N_("the answer cannot be used"),
}

DETAILS: Final[Mapping[str, Detail]] = {
    "about": Labelled(N_("Person")),
    "author": Labelled(N_("Written by")),
    "approved": Flag(N_("It lets the site in at once")),
    "before": Coded(N_("Roles before"), _ROLES),
    "changed": Coded(N_("What changed"), _SETTINGS),
    "count": Counted("%(n)s post", "%(n)s posts", by="count"),
    "channel": Labelled(N_("Channel")),
    "deliveries": Counted("%(n)s delivery", "%(n)s deliveries", by="deliveries"),
    "disabled": Labelled(N_("Disabled again")),
    "erased": Labelled(N_("Erased again")),
    "first": Labelled(N_("What some sites saw first")),
    "follows_ended": Counted("%(n)s follow ended", "%(n)s follows ended", by="follows_ended"),
    "gone": Labelled(N_("Came after the backup, and are gone")),
    "invitations": Counted("%(n)s invitation ended", "%(n)s invitations ended", by="invitations"),
    "kind": Coded(N_("Purpose"), _KINDS),
    "measures": Coded(N_("Measures"), _MEASURES),
    "note": Labelled(N_("For whom it is")),
    "over_quota": Flag(N_("More urgent ones in 30 days than were agreed")),
    "plan": Labelled(N_("Number of the plan")),
    "post": Labelled(N_("Post")),
    "reason": Labelled(N_("Reason")),
    "report": Linked(N_("See the report"), "/site/reports/"),
    "roles": Coded(N_("Roles"), _ROLES),
    "sites": Counted("for %(n)s site", "for %(n)s sites", by="sites"),
    "serial": Labelled(N_("Number of the statement")),
    "since": Labelled(N_("From")),
    "subdomains": Flag(N_("With its subdomains")),
    "subject": Labelled(N_("To whom or what")),
    "until": Labelled(N_("Until")),
    "uses": Counted("for %(n)s person", "for %(n)s people", by="uses"),
    "why": Coded(N_("Why"), _DOUBTS),
}
"""By the name of a detail: how it is said; in the order of the entry, after the sentence."""

SUBJECT_AS: Final[Mapping[str, str]] = {
    "announcement.not-published": "plan",
    "announcement.plan-cancelled": "plan",
    "announcement.plan-changed": "plan",
    "announcement.planned": "plan",
    "answer.approved": "post",
    "answer.read": "post",
    "answer.refused": "post",
    "post.deleted": "post",
    "post.hidden": "post",
    "post.shown": "post",
    "report.dismissed": "report",
    "report.post-read": "post",
    "report.resolved": "report",
}
"""Deeds whose subject is an address or an id: it does not stand in the sentence, but among the details, under this name."""
