"""The fields of an announcement with what belongs on the page beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fedirse.base.actors import StoredActor
from fedirse.features.announcements.actions import get_own
from fedirse.features.announcements.fields.views import begun_from, fields_of, joined
from fedirse.features.announcements.mail.views import Reach, view_reach
from fedirse.features.announcements.model import Terms
from fedirse.features.announcements.writing.model import NEW, Task
from fedirse.site import Site
from fedirse.social.posts.changing.views import typed_of_post
from fedirse.social.posts.composing.fields.views import form_of_typed
from fedirse.social.posts.composing.model import Choice
from fedirse.social.posts.composing.views import Composer, Wish, composer_to_edit, composer_with, new_composer
from fedirse.social.posts.model import Post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.visitor import Visitor

CHOICES = (Choice.NETWORK, Choice.SEGMENT, Choice.PUBLIC)
"""Whom an announcement can be for: sites; and everybody, sites included."""
RARE = ("ends", "embargo", "text_by_mail", "publish_at")
"""Fields that are folded away while nothing stands in them."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page shows.

    Attributes:
        composer: its fields.
        task: what is written there.
        open: whether what is rarely needed is unfolded, because something of it is set or wrong.
        mailed: to how many people its words would be mailed, for each circle of sites.
    """

    composer: Composer
    task: Task
    open: bool
    mailed: Sequence[Reach] = ()


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


def owner_of(tx: Transaction, site: Site, visitor: Visitor, task: Task) -> StoredActor:
    """Whose the files are: of what is published or planned the head office's, whoever adds one."""
    return visitor.actor if task.keeps_drafts else get_actor(tx, site.actor_id)


def _desk(tx: Transaction, site: Site, composer: Composer, form: Form, task: Task) -> Desk:
    """The composer with the audiences that sites are a part of."""
    choices = tuple(choice for choice in CHOICES if choice in composer.choices)
    is_open = any(form.checked(name) or form.error(name) for name in RARE)
    mailed = view_reach(tx, site, composer.circles, site.clock.now())
    return Desk(replace(composer, form=form, choices=choices, answered=None), task, is_open, mailed)
