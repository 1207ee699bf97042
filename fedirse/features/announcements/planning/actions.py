"""What communicators plan, and what becomes of it on its day.

What is planned belongs to the head office, its files included: whoever announces may change it, whoever planned it. The audit log, which
others read as well, says that something was planned and not what.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from fedirse.base.actors import StoredActor
from fedirse.base.errors import FedirseError, InvalidInput, NotFound, Refused
from fedirse.base.roles import Permission, permissions_of
from fedirse.base.wording import N_
from fedirse.features.announcements.actions import announce, check_words, get_speaker
from fedirse.features.announcements.fields.views import first_look_of, terms_of, without_first_look
from fedirse.features.announcements.first_look.actions import check_first_look, find_first, show_all, show_first
from fedirse.features.announcements.model import Terms
from fedirse.features.announcements.planning import store
from fedirse.features.announcements.planning.model import Failure, Plan
from fedirse.features.announcements.planning.rules import check_plan
from fedirse.features.announcements.planning.views import find_shown
from fedirse.features.announcements.rules import check_terms
from fedirse.site import Site
from fedirse.social.accounts.store import find_account_of_actor
from fedirse.social.follows.channels.model import Runner
from fedirse.social.media.store import hand_over_uploads
from fedirse.social.notifications.actions import notify_who_may, withdraw_from_all
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.posts.actions import render_draft
from fedirse.social.posts.composing.actions import delete_draft, keep_draft, publish_draft
from fedirse.social.posts.composing.circles.views import circles_for
from fedirse.social.posts.composing.fields.views import form_of
from fedirse.social.posts.composing.model import KeptDraft, Sheet
from fedirse.social.posts.composing.rules import draft_of
from fedirse.social.posts.composing.store import find_draft
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.rules import check_draft
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction

PLANNED_ALREADY: Final = N_("This is planned already: change it in the list of announcements.")


def plan_announcement(
    tx: Transaction, site: Site, author: StoredActor, sheet: Sheet, publish_at: datetime, now: datetime, *, by: Runner
) -> None:
    """Keep what is typed until its day, in the place of the author's draft; some sites may see it now. Sent twice, it is planned once.

    Args:
        tx: the transaction.
        site: the head office.
        author: who stands for it.
        sheet: what is typed.
        publish_at: when it is to be published.
        now: the time.
        by: the author, as the audit log names them.

    Raises:
        InvalidInput: what `announce` would refuse then, as far as it can be told now; a date that makes no sense; or it is planned already
            and says something else.
        Refused: this site is no head office.
    """
    speaker = get_speaker(tx, site)
    there, segment = find_draft(tx, speaker.id, sheet.draft_id), first_look_of(sheet.typed)
    kept = without_first_look(sheet.typed) if segment else sheet.typed
    if there is not None:
        if there.published_post_id is None and there.typed != kept:
            raise InvalidInput(PLANNED_ALREADY, reason="planned-already")
        return
    draft, terms = _check(tx, site, speaker, sheet, publish_at, now)
    mine = find_draft(tx, author.id, sheet.draft_id)
    hand_over_uploads(tx, [file.media_id for file in sheet.typed.files], author.id, speaker.id)
    if mine is not None and mine.published_post_id is None and mine.version == sheet.version:
        delete_draft(tx, site, author.id, mine.id, now)
    first = show_first(tx, site, segment, draft, terms, now, by=by).id if segment else ""
    keep_draft(tx, site, speaker.id, Sheet(sheet.draft_id, 0, kept), now)
    store.save_plan(tx, Plan(sheet.draft_id, author.id, publish_at, first_id=first))
    record(tx, "announcement.planned", sheet.draft_id, now, account_id=by.account_id, who=by.who)


def change_plan(
    tx: Transaction, site: Site, editor: StoredActor, sheet: Sheet, publish_at: datetime, now: datetime, *, by: Runner
) -> KeptDraft | None:
    """Change what is planned; whoever changed it stands for it from then on.

    Returns:
        None; or what stands there, where somebody else changed it meanwhile and nothing was done.

    Raises:
        NotFound: nothing is planned under that id.
        InvalidInput, Refused: as `plan_announcement`.
    """
    speaker, (plan, kept) = get_speaker(tx, site), get_planned(tx, site, sheet.draft_id)
    if kept.version != sheet.version:
        return kept if kept.typed != sheet.typed else None
    _check(tx, site, speaker, sheet, publish_at, now)
    keep_draft(tx, site, speaker.id, sheet, now)
    store.save_plan(tx, Plan(plan.id, editor.id, publish_at))
    _note_change(tx, site, plan, now, by)
    return None


def change_day(tx: Transaction, site: Site, editor: StoredActor, plan_id: str, publish_at: datetime, now: datetime, *, by: Runner) -> None:
    """Change when something that some sites saw first is for all; what it says is changed where they read it.

    Raises:
        NotFound: nothing is planned under that id.
        InvalidInput: a date that makes no sense.
        Refused: what was seen first was taken back.
    """
    plan, _ = get_planned(tx, site, plan_id)
    check_plan(publish_at, find_first(tx, plan.first_id)[1].terms, now)
    store.save_plan(tx, replace(plan, author_id=editor.id, publish_at=publish_at, failure=None))
    _note_change(tx, site, plan, now, by)


def cancel_plan(tx: Transaction, site: Site, actor: StoredActor, plan_id: str, now: datetime, *, by: Runner) -> KeptDraft | None:
    """Make it a draft of `actor` again, with all that is in it.

    Returns:
        The draft; None where some sites see it already: it stays theirs, and a draft of it would be announced to them twice.

    Raises:
        NotFound: nothing is planned under that id.
        InvalidInput: they have as many drafts as may be kept.
    """
    plan, kept = get_planned(tx, site, plan_id)
    is_shown = find_shown(tx, plan.first_id) is not None
    hand_over_uploads(tx, [file.media_id for file in kept.typed.files], site.actor_id, actor.id)
    delete_draft(tx, site, site.actor_id, plan_id, now)
    store.remove_plan(tx, plan_id)
    _tidy_notifications(tx, site)
    record(tx, "announcement.plan-cancelled", plan_id, now, account_id=by.account_id, who=by.who)
    return None if is_shown else keep_draft(tx, site, actor.id, Sheet(plan_id, 0, kept.typed), now).draft


def publish_plan(tx: Transaction, site: Site, plan_id: str, now: datetime, *, by: Runner | None = None) -> Post:
    """Publish what is planned.

    Args:
        tx: the transaction.
        site: the head office.
        plan_id: what.
        now: the time.
        by: who publishes it now; None where its day has come, so that whoever stands for it does.

    Raises:
        NotFound: nothing is planned under that id: it was published, or given back.
        Refused: whoever stands for it may not announce any more; or as `announce`.
        InvalidInput: as `announce`.
    """
    plan, kept = get_planned(tx, site, plan_id)
    speaker, by = get_speaker(tx, site), by or _who_stands_for(tx, plan)
    terms = _without_passed_embargo(terms_of(form_of(kept), site.settings.timezone), now)
    sheet = Sheet(plan_id, kept.version, kept.typed)

    def publish(draft: Draft) -> Post:
        if plan.first_id:
            return show_all(tx, site, plan.first_id, draft.audience, now, by=by)
        return announce(tx, site, draft, terms, now, by=by)

    done = publish_draft(tx, site, speaker, sheet, now, publish=publish)
    store.remove_plan(tx, plan_id)
    _tidy_notifications(tx, site)
    return done.post


def note_failure(tx: Transaction, site: Site, plan: Plan, error: FedirseError, now: datetime) -> None:
    """Keep why something could not be published, and tell those who announce; unless it was changed or is gone meanwhile."""
    found = store.find_plan(tx, plan.id)
    kept = find_draft(tx, site.actor_id, plan.id)
    if found != plan or kept is None:
        return
    failure = Failure(now, error.template, {name: str(value) for name, value in error.words.items()})
    store.save_plan(tx, replace(plan, failure=failure))
    notify_who_may(tx, Permission.ANNOUNCE, NotificationKind.ANNOUNCEMENT_FAILED, site.actor_id, now)
    record(tx, "announcement.not-published", plan.id, now, reason=error.reason)


def check_is_free(tx: Transaction, site: Site, draft_id: str) -> None:
    """Raises InvalidInput where what stands on a page is planned already, so that no old tab announces it beside its plan."""
    if find_draft(tx, site.actor_id, draft_id) is not None:
        raise InvalidInput(PLANNED_ALREADY, reason="planned-already")


def get_planned(tx: Transaction, site: Site, plan_id: str) -> tuple[Plan, KeptDraft]:
    """A plan, and what is planned. Raises NotFound."""
    plan, kept = store.find_plan(tx, plan_id), find_draft(tx, site.actor_id, plan_id)
    if plan is None or kept is None or kept.published_post_id is not None:
        raise NotFound(f"plan {plan_id}")
    return plan, kept


def _check(tx: Transaction, site: Site, speaker: StoredActor, sheet: Sheet, publish_at: datetime, now: datetime) -> tuple[Draft, Terms]:
    """What would be published. Raises InvalidInput for what could not be published then, or not be shown to some sites first."""
    circles = circles_for(tx, site, now, speaker, None)
    draft = draft_of(sheet.typed, now, circles)
    terms = terms_of(form_of(KeptDraft(sheet.draft_id, sheet.version, sheet.typed, now)), site.settings.timezone)
    check_words(draft, terms)
    check_plan(publish_at, check_terms(terms, now), now)
    check_draft(draft, site.settings.language)
    render_draft(tx, site, draft)
    if segment := first_look_of(sheet.typed):
        check_first_look(tx, segment, draft, circles, now)
    return draft, terms


def _who_stands_for(tx: Transaction, plan: Plan) -> Runner:
    account = find_account_of_actor(tx, plan.author_id)
    if account is None or account.disabled_at is not None or Permission.ANNOUNCE not in permissions_of(account.roles):
        raise Refused(
            "author may not announce",
            reason="author-may-not",
            public_message="Whoever planned it may not announce any more: look at it, then plan it anew or publish it.",
        )
    return Runner(account.id, account.handle)


def _note_change(tx: Transaction, site: Site, plan: Plan, now: datetime, by: Runner) -> None:
    _tidy_notifications(tx, site)
    record(tx, "announcement.plan-changed", plan.id, now, account_id=by.account_id, who=by.who)


def _without_passed_embargo(terms: Terms, now: datetime) -> Terms:
    """An embargo that ended while the site was off keeps nothing from being published."""
    passed = terms.embargo_until is not None and terms.embargo_until <= now
    return replace(terms, embargo_until=None) if passed else terms


def _tidy_notifications(tx: Transaction, site: Site) -> None:
    """Once nothing waits to be looked at, nobody is told so."""
    if all(plan.failure is None for plan in store.list_plans(tx)):
        withdraw_from_all(tx, NotificationKind.ANNOUNCEMENT_FAILED, site.actor_id)
