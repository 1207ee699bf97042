"""Decisions about what is typed: which audience a choice means, what an answer or an edit may choose. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.audiences.rules import narrow_edit, narrow_reply
from fedirse.social.posts.composing.model import Choice, Circle, Circles, Sheet, Typed
from fedirse.social.posts.languages.rules import translations_of
from fedirse.social.posts.model import Draft, PollDraft

NOWHERE: Final = Circles()
"""A site in no network."""

_AUDIENCES: Final = {
    Choice.PUBLIC: Audience(AudienceKind.PUBLIC),
    Choice.UNLISTED: Audience(AudienceKind.PUBLIC, listed=False),
    Choice.FOLLOWERS: Audience(AudienceKind.FOLLOWERS),
    Choice.SITE: Audience(AudienceKind.SITE),
    Choice.DIRECT: Audience(AudienceKind.DIRECT),
}


def audience_of(choice: str, segment: str = "", circles: Circles = NOWHERE) -> Audience:
    """The audience that a choice means.

    Args:
        choice: what is chosen.
        segment: address of the segment that is chosen beside it.
        circles: what the site can address.

    Raises:
        InvalidInput: nothing is chosen, which is never read as public, or what is chosen is not there.
    """
    if choice == Choice.SEGMENT and segment not in {circle.address for circle in circles.segments}:
        raise InvalidInput("Choose which sites can read it.", reason="unknown-segment", field="audience")
    offered = _audiences(circles, segment)
    if choice not in offered:
        raise InvalidInput("Choose who can read it.", reason="no-audience", field="audience")
    return offered[Choice(choice)]


def _audiences(circles: Circles, segment: str = "") -> dict[Choice, Audience]:
    """The audience of every choice that there is, in the order in which they are offered."""
    found = dict(_AUDIENCES)
    if circles.channels:
        found[Choice.PARTNERS] = Audience(AudienceKind.PARTNERS)
    if circles.network is not None:
        found[Choice.NETWORK] = Audience(AudienceKind.NETWORK, of=circles.network.address)
    if circles.segments:
        found[Choice.SEGMENT] = Audience(AudienceKind.SEGMENT, of=segment or circles.segments[0].address)
    return {choice: found[choice] for choice in Choice if choice in found}


def all_choices(circles: Circles) -> tuple[Choice, ...]:
    """What a post that answers nothing may be chosen to be."""
    return tuple(_audiences(circles))


def choice_of(audience: Audience) -> Choice | None:
    """The choice whose words say what an audience is; None for one that nobody chooses in a composer."""
    if audience.kind is AudienceKind.PUBLIC:
        return Choice.PUBLIC if audience.listed else Choice.UNLISTED
    return Choice(audience.kind.value) if audience.kind.value in set(Choice) else None


def choices_of_reply(parent: Audience, *, parent_author_id: str, author_id: str, circles: Circles = NOWHERE) -> tuple[Choice, ...]:
    """What an answer may be chosen to be: the choices that stay what they are when narrowed to those who may read the parent."""
    stays = []
    for choice, audience in _audiences(circles).items():
        by_channel = choice is Choice.PARTNERS
        replier = circles.channels[0].id if by_channel else author_id
        narrowed = narrow_reply(audience, parent, parent_author_id=parent_author_id, author_id=replier, locals_named=frozenset())
        if by_channel and (narrowed.kind is AudienceKind.DIRECT and narrowed.of == replier):
            # Between the channel and one partner, which is what it says to answer them.
            stays.append(choice)
        # "My followers, as far as they may read this" is kept so, but no choice has the words for it.
        if choice_of(narrowed) is choice and (choice is not Choice.FOLLOWERS or not narrowed.within):
            stays.append(choice)
    return tuple(stays)


def choices_of_edit(stored: Audience, circles: Circles = NOWHERE) -> tuple[Choice, ...]:
    """What the audience of a published post may be changed to: only what takes nobody in who was not in it before."""
    return tuple(choice for choice, audience in _audiences(circles).items() if choice_of(narrow_edit(stored, audience)) is choice)


def chosen_first(wished: str, offered: tuple[Choice, ...]) -> Choice:
    """The choice that a composer starts with: the wished one when it is offered, else the first of those offered."""
    return Choice(wished) if wished in offered else offered[0]


def circles_around(circles: Circles, audience: Audience, *, only: bool = False) -> Circles:
    """What can be addressed under or instead of something: a segment it is for is there too, though nothing may be known of it.

    Args:
        circles: what the site can address.
        audience: whom that something is for.
        only: whether no other segment will do.
    """
    if audience.kind is not AudienceKind.SEGMENT:
        return circles
    own = next((circle for circle in circles.segments if circle.address == audience.of), Circle(audience.of, "", ()))
    others = () if only else tuple(circle for circle in circles.segments if circle != own)
    return replace(circles, segments=(own, *others))


def draft_of(typed: Typed, now: datetime, circles: Circles = NOWHERE) -> Draft:
    """What is to be published, on a site that can address `circles`. Raises InvalidInput when no audience is chosen."""
    poll = typed.poll
    return Draft(
        text=typed.text,
        audience=audience_of(typed.choice, typed.segment, circles),
        title=typed.title,
        warning=typed.warning,
        language=typed.language,
        in_reply_to=typed.reply_to,
        poll=PollDraft(poll.options, poll.several, now + timedelta(hours=poll.hours)) if poll and not poll.is_empty else None,
        files=typed.files,
        translations=translations_of(typed.besides),
    )


def arranged(sheet: Sheet, *, removed: str = "", earlier: str = "") -> Sheet:
    """The sheet without one of its files, or with one of them a place further up."""
    files = [file for file in sheet.typed.files if file.media_id != removed]
    place = next((index for index, file in enumerate(files) if file.media_id == earlier), 0)
    if place:
        files[place - 1], files[place] = files[place], files[place - 1]
    return replace(sheet, typed=replace(sheet.typed, files=tuple(files)))


def check_size(typed: Typed) -> None:
    """Raises InvalidInput for more than is kept as a draft."""
    if typed.size > limits.DRAFT_BYTES:
        raise InvalidInput(
            "This is longer than %(most)s bytes, too long to be kept: shorten it.",
            reason="draft-too-long",
            field="text",
            most=limits.DRAFT_BYTES,
        )


def check_may_keep(kept: int) -> None:
    """Raises InvalidInput for one who has as many drafts as may be kept."""
    if kept >= limits.DRAFTS_PER_ACCOUNT:
        raise InvalidInput(
            "You have %(count)s drafts, as many as can be kept: delete one first.",
            reason="too-many-drafts",
            count=limits.DRAFTS_PER_ACCOUNT,
        )
