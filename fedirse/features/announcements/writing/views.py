"""The fields of an announcement with what belongs on the page beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput
from fedirse.base.wording import N_
from fedirse.features.announcements.actions import get_own
from fedirse.features.announcements.fields.views import begun_from, fields_of, joined
from fedirse.features.announcements.first_look.rules import FIRST_LOOK
from fedirse.features.announcements.mail.views import Reach, view_reach
from fedirse.features.announcements.model import Priority, Terms
from fedirse.features.announcements.urgency.model import Quota
from fedirse.features.announcements.urgency.views import quota_of
from fedirse.features.announcements.writing.model import NEW, Question, Task
from fedirse.site import Site
from fedirse.social.posts.changing.views import typed_of_post
from fedirse.social.posts.composing.circles.views import circles_of, circles_to_edit
from fedirse.social.posts.composing.fields.views import form_of_typed
from fedirse.social.posts.composing.files.actions import lacks_alt
from fedirse.social.posts.composing.model import Choice, Sheet, Typed
from fedirse.social.posts.composing.views import Composer, Wish, composer_to_edit, composer_with, new_composer
from fedirse.social.posts.languages.fields.views import with_versions
from fedirse.social.posts.model import Post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.visitor import Visitor

CHOICES = (Choice.NETWORK, Choice.SEGMENT, Choice.PUBLIC)
"""Whom an announcement can be for: sites; and everybody, sites included."""
RARE = ("ends", "embargo", "text_by_mail", "publish_at", FIRST_LOOK)
"""Fields that are folded away while nothing stands in them."""

_DESCRIBE = N_("Say what each picture shows, for those who cannot see it. Or publish once more to leave it out.")
_ALONE = N_("%(n)s other sites are in this selection at the moment. Choose others, or send it once more if that is meant.")

_OVER_QUOTA = N_("That is one more than you wished to send in 30 days. If it has to be, tick this and send it again.")


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page shows.

    Attributes:
        composer: its fields.
        task: what is written there.
        quota: how many urgent ones were sent lately.
        open: whether what is rarely needed is unfolded, because something of it is set or wrong.
        mailed: to how many people its words would be mailed, for each circle of sites.
    """

    composer: Composer
    task: Task
    quota: Quota
    open: bool
    mailed: Sequence[Reach] = ()

    @property
    def first_looks(self) -> list[tuple[str, str]]:
        """The selections of sites that can see it first, by address and name."""
        return [(circle.address, circle.name) for circle in self.composer.circles.segments]


def new_desk(tx: Transaction, site: Site, visitor: Visitor, draft_id: str) -> Desk:
    """The page of a new announcement."""
    composer = new_composer(tx, site, visitor.actor, draft_id, visitor.language, Wish(choice=Choice.NETWORK))
    return _desk(tx, site, composer, joined(composer.form, fields_of(Terms(), site.settings.timezone, site.clock.now())), NEW)


def desk_with(tx: Transaction, site: Site, visitor: Visitor, form: Form, task: Task) -> Desk:
    """The page with what was typed, and what is wrong with it."""
    if task.post is None:
        return _desk(tx, site, composer_with(tx, site, owner_of(tx, site, visitor, task), form), form, task)
    return _desk(tx, site, composer_to_edit(tx, site, owner_of(tx, site, visitor, task), task.post, form), form, task)


def desk_to_change(tx: Transaction, site: Site, visitor: Visitor, post: Post) -> Desk:
    """The page of an announcement as it stands. Raises NotFound: it is none of this site."""
    known = get_own(tx, post.id)
    form = joined(form_of_typed(typed_of_post(post)), fields_of(known.terms, site.settings.timezone, site.clock.now()))
    return desk_with(tx, site, visitor, begun_from(form, known.terms), Task(post))


def first_question(tx: Transaction, site: Site, form: Form, sheet: Sheet, task: Task) -> Question | None:
    """What is to be looked at first before this is published, and was not yet."""
    if not form.checked("asked") and lacks_alt(tx, sheet):
        return Question(InvalidInput(_DESCRIBE, field="files"), ("asked", "1"))
    if is_alone(tx, site, sheet.typed, task) and form.text("alone") != sheet.typed.segment:
        return Question(InvalidInput(_ALONE, field="audience", n=0), ("alone", sheet.typed.segment))
    if _is_over_quota(tx, site, form, task) and not form.checked("over_quota"):
        return Question(InvalidInput(_OVER_QUOTA, field="over_quota"), ("", ""))
    return None


def _is_over_quota(tx: Transaction, site: Site, form: Form, task: Task) -> bool:
    """Whether one more becomes urgent than was wished for."""
    was_urgent = task.post is not None and get_own(tx, task.post.id).terms.priority is Priority.URGENT
    return form.text("priority") == Priority.URGENT and not was_urgent and quota_of(tx, site, site.clock.now()).is_spent


def is_alone(tx: Transaction, site: Site, typed: Typed, task: Task) -> bool:
    """Whether no other site is in the selection that is chosen."""
    if typed.choice != Choice.SEGMENT:
        return False
    now = site.clock.now()
    circles = (
        circles_to_edit(tx, site, task.post, now) if task.post is not None else circles_of(tx, site, now, get_actor(tx, site.actor_id))
    )
    chosen = next((circle for circle in circles.segments if circle.address == typed.segment), None)
    # The site itself is among those that read it, whoever is in the selection.
    return chosen is not None and len(chosen.sites) == 1


def owner_of(tx: Transaction, site: Site, visitor: Visitor, task: Task) -> StoredActor:
    """Whose the files are: of what is published or planned the head office's, whoever adds one."""
    return visitor.actor if task.keeps_drafts else get_actor(tx, site.actor_id)


def _desk(tx: Transaction, site: Site, composer: Composer, form: Form, task: Task) -> Desk:
    """The composer with the audiences that sites are a part of."""
    choices = tuple(choice for choice in CHOICES if choice in composer.choices)
    is_open = any(form.checked(name) or form.error(name) for name in RARE)
    mailed = view_reach(tx, site, composer.circles, site.clock.now())
    quota = quota_of(tx, site, site.clock.now())
    return Desk(replace(composer, form=with_versions(form), choices=choices, answered=None), task, quota, is_open, mailed)
