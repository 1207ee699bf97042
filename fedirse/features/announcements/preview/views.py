"""What is typed, put together as sites will see it. Nothing of it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fedirse.activitypub import uris
from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.fields.views import terms_of
from fedirse.features.announcements.model import Terms
from fedirse.features.announcements.preview.model import Place
from fedirse.features.announcements.preview.rules import BRANDS
from fedirse.features.announcements.rules import check_terms, check_title
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.media.model import Media, Purpose
from fedirse.social.media.rules import SMALL_SIDE
from fedirse.social.media.store import find_media
from fedirse.social.media.views import page_url_of
from fedirse.social.network.roster.rules import members_in_force
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import current_network
from fedirse.social.posts.access.actions import item_access
from fedirse.social.posts.attachments.rules import shown_size
from fedirse.social.posts.attachments.views import ShownFile
from fedirse.social.posts.composing.fields.views import typed_of
from fedirse.social.posts.composing.model import Typed
from fedirse.social.posts.marks.model import Mark, Vouched
from fedirse.social.posts.mentions.actions import render_text
from fedirse.social.posts.model import Attachment, Draft, DraftFile, Post, PostKind
from fedirse.social.posts.views import Card
from fedirse.storage.actors import get_actor, list_actors_by_uri
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.html import Rendered
from fedirse.web.visitor import Visitor

_MOST_FIELDS = 8
_STAYS = Audience(AudienceKind.SITE)
"""Of what is not published: nobody but who writes it sees it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page shows.

    Attributes:
        card: the announcement as a post.
        terms: what it asks.
        places: where it is looked at.
        not_shown: the names of files that were chosen and are not here yet.
        wrong: what keeps it from being published as it stands.
    """

    card: Card
    terms: Terms
    places: Sequence[Place]
    not_shown: Sequence[str]
    wrong: Sequence[InvalidInput]


def view_preview(tx: Transaction, site: Site, visitor: Visitor, form: Form, now: datetime) -> Preview:
    """What was typed, as it would be read at two sites; what is wrong with it is said, and the rest is shown."""
    typed = typed_of(form)
    terms, wrong = _terms(form, site, now)
    try:
        check_title(typed.title)
    except InvalidInput as error:
        wrong = [error, *wrong]
    try:
        rendered = render_text(tx, site, Draft(typed.text, _STAYS, files=typed.files))
    except InvalidInput as error:
        rendered, wrong = Rendered("", (), ()), [*wrong, error]
    card = _card(get_actor(tx, site.actor_id), typed, rendered, _files(tx, site, visitor, typed.files, now), now)
    not_shown = [upload.filename or "" for upload in form.uploads("files")]
    return Preview(card, terms, _places(tx, site, now), not_shown, wrong)


def _terms(form: Form, site: Site, now: datetime) -> tuple[Terms, list[InvalidInput]]:
    """What is asked, without the fields that cannot be read, and what is wrong with those."""
    wrong: list[InvalidInput] = []
    for _ in range(_MOST_FIELDS):
        try:
            terms = terms_of(form, site.settings.timezone)
        except InvalidInput as error:
            wrong.append(error)
            form = Form({name: value for name, value in form.values.items() if name != error.field})
        else:
            break
    else:
        terms = Terms()
    try:
        return check_terms(terms, now), wrong
    except InvalidInput as error:
        return terms, [*wrong, error]


def _card(author: StoredActor, typed: Typed, rendered: Rendered, files: tuple[ShownFile, ...], now: datetime) -> Card:
    """The announcement as a site of the network shows it: with the mark of the head office."""
    post = Post(
        id="",
        uri="",
        actor_id=author.id,
        local=True,
        kind=PostKind.ARTICLE,
        audience=_STAYS,
        published_at=now,
        title=typed.title,
        content=rendered.html,
        warning=typed.warning,
        language=typed.language,
        mentions=rendered.mentions,
        attachments=tuple(file.attachment for file in files),
    )
    return Card(post, author, Vouched(Mark.HEAD_OFFICE), 0, files=files)


def _files(tx: Transaction, site: Site, visitor: Visitor, files: Sequence[DraftFile], now: datetime) -> tuple[ShownFile, ...]:
    found = [(find_media(tx, file.media_id), file.alt) for file in files]
    return tuple(_shown(site, one, alt, now) for one, alt in found if one is not None and _may_see(tx, site, visitor, one))


def _may_see(tx: Transaction, site: Site, visitor: Visitor, media: Media) -> bool:
    """Whether a file is one that whoever writes has uploaded, or that an announcement has which they may read."""
    if media.purpose is not Purpose.POST:
        return False
    if media.actor_id == visitor.actor.id:
        return True
    of_ours = media.actor_id == site.actor_id and media.item_id is not None
    return of_ours and item_access(tx, media.item_id or "", visitor.reader).readable


def _shown(site: Site, media: Media, alt: str, now: datetime) -> ShownFile:
    full = page_url_of(site, media, "full", now)
    words = " ".join(alt.split())
    attachment = Attachment(
        url=full,
        media_type=media.media_type,
        alt=words if media.is_image else words or media.name,
        width=media.width,
        height=media.height,
        media_id=media.id,
    )
    if not media.is_image:
        return ShownFile(attachment, full, size=media.size)
    width, height = shown_size(media.width, media.height, SMALL_SIDE[Purpose.POST])
    return ShownFile(attachment, full, page_url_of(site, media, "small", now), width, height)


def _places(tx: Transaction, site: Site, now: datetime) -> list[Place]:
    """Two sites of the network in the two brands; made-up ones where there are fewer."""
    network = current_network(tx)
    members = members_in_force(load_roster(tx, network.uri), now) if network is not None else {}
    others = sorted((one for uri, one in members.items() if uri != site.uris.site_actor), key=lambda one: (one.name.casefold(), one.member))
    if len(others) < len(BRANDS):
        return [Place(brand) for brand in BRANDS]
    actors = list_actors_by_uri(tx, [one.member for one in others])
    # Those whose logo is known first: people know them by it.
    others.sort(key=lambda one: one.member not in actors or not actors[one.member].icon)
    chosen = others[: len(BRANDS)]
    return [
        Place(
            brand,
            one.name or uris.host_of(one.member),
            uris.host_of(one.member),
            (actors[one.member].icon or "") if one.member in actors else "",
            one.member,
        )
        for brand, one in zip(BRANDS, chosen, strict=True)
    ]
