"""A kit as the head office offers it: `Offer` of a BrandKit to the members of its network (docs/feps/brand-kit.md). Pure."""

from datetime import datetime
from typing import Any, Final

from fedirse.activitypub import uris, values
from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.contexts.outgoing import KIT_CONTEXT
from fedirse.activitypub.documents.activity import render_activity
from fedirse.base import limits
from fedirse.base.errors import InvalidInput, MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.features.branding.kit.model import Kit, Look
from fedirse.features.branding.kit.rules import FONTS, MOST_VERSIONS, NO_LOOK
from fedirse.features.branding.rules import DESCRIPTION_LENGTH, check_colour

TYPE: Final = "BrandKit"


def render_offer(activity_id: str, *, head_office: str, members: str, kit: Kit, now: datetime) -> JsonObject:
    """What every member is sent.

    Args:
        activity_id: its URI.
        head_office: who offers.
        members: the collection of members, whom it is for.
        kit: what is offered, or that it is no more.
        now: the time.
    """
    activity = render_activity(
        activity_type="Offer",
        activity_id=activity_id,
        actor=head_office,
        object=_render_kit(kit, head_office),
        addressing=Addressing((members,)),
        published=now,
    )
    return {**activity, "@context": KIT_CONTEXT}


def parse_kit(document: JsonObject, head_office: str) -> Kit:
    """A kit in normal form. Pictures that lie elsewhere than with the head office are left out, letters that are not known are the plain.

    Raises:
        MalformedDocument: "bad-kit", no version, no name, or no colours.
    """
    version = document.get("kitVersion")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= MOST_VERSIONS:
        raise MalformedDocument("no version of a kit", reason="bad-kit")
    if values.boolean(document.get("kitWithdrawn")):
        return Kit(version, "", "", NO_LOOK, withdrawn=True)
    name = values.text(document.get("name"), limits.NAME_LENGTH)
    if name is None:
        raise MalformedDocument("a kit without a name", reason="bad-kit")
    font = values.text(document.get("letters"), limits.NAME_LENGTH) or ""
    look = Look(
        _colour(document.get("mainColour")),
        _colour(document.get("secondColour")),
        font if font in FONTS else FONTS[0],
        _picture(document.get("icon"), head_office),
        _picture(document.get("image"), head_office),
    )
    return Kit(version, name, values.text(document.get("summary"), DESCRIPTION_LENGTH) or "", look)


def _render_kit(kit: Kit, head_office: str) -> JsonObject:
    # It has no address of its own: whoever may have it is sent it.
    rendered: JsonObject = {"type": TYPE, "attributedTo": head_office, "kitVersion": kit.version}
    if kit.withdrawn:
        return {**rendered, "kitWithdrawn": True}
    look = kit.look
    return values.present(
        {
            **rendered,
            "name": kit.name,
            "summary": kit.sentence or None,
            "mainColour": look.colour,
            "secondColour": look.accent,
            "letters": look.font,
            "icon": {"type": "Image", "url": look.logo} if look.logo else None,
            "image": {"type": "Image", "url": look.cover} if look.cover else None,
        }
    )


def _colour(value: Any) -> str:
    try:
        return check_colour(values.text(value, limits.NAME_LENGTH) or "", "")
    except InvalidInput as error:
        raise MalformedDocument("a kit with a colour that is none", reason="bad-kit") from error


def _picture(value: Any, head_office: str) -> str:
    """The address of a picture that lies with the head office, on its host or one below that; empty for any other."""
    found = values.first(value)
    url = values.link_id(found.get("url")) if isinstance(found, dict) else None
    host = uris.find_host(url) if url is not None and len(url) <= limits.URI_LENGTH else None
    own = uris.host_of(head_office)
    return url if url is not None and host is not None and (host == own or host.endswith(f".{own}")) else ""
