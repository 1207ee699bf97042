"""The head office offers, changes and withdraws a kit; a site takes it, refuses it, or goes back to what it had."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from fedirse.base.errors import Conflict, NotFound
from fedirse.base.settings import SiteSettings
from fedirse.base.wording import N_
from fedirse.features.branding.actions import changed
from fedirse.features.branding.kit.model import Choice, Kit, KnownKit, Look, Wish
from fedirse.features.branding.kit.rules import check_words, look_to_keep, withdrawn
from fedirse.features.branding.kit.store import find_kit, save_kit
from fedirse.features.branding.kit.telling.actions import tell_members
from fedirse.site import Site
from fedirse.social.follows.channels.model import Runner
from fedirse.social.media.actions import attach
from fedirse.social.media.model import Media, Purpose
from fedirse.social.media.store import list_of_purpose, save_attachment
from fedirse.social.media.views import path_of, url_of
from fedirse.social.network.model import Network
from fedirse.social.network.store import current_network
from fedirse.storage.audit import record
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction
from fedirse.web.static import MEDIA_FOLDER

PURPOSES: Final = {"logo": Purpose.LOGO, "cover": Purpose.COVER}
OFFERED: Final = "brand-kit"
"""What the pictures of a kit belong to at the head office."""
KEPT: Final = "look-before"
"""What the pictures belong to that a site had before it took a kit."""
TAKE_KIT: Final = "branding.take-kit"
"""Job: copy a kit; its subject is the URI of the head office."""

_MEANWHILE: Final = N_("The head office has changed it meanwhile. Look at it first.")


def offer_kit(tx: Transaction, site: Site, name: str, sentence: str, look: Look, now: datetime, *, by: Runner) -> Kit:
    """Offer a look to every member, in the place of the one before.

    Raises:
        InvalidInput: its words do not fit.
        NotFound: this is no head office.
    """
    network = own_network(tx)
    check_words(name, sentence)
    known = find_kit(tx, network.uri)
    kit = Kit(known.kit.version + 1 if known is not None else 1, name, sentence, look)
    save_kit(tx, KnownKit(network.uri, kit, now))
    tell_members(tx, site, now)
    record(tx, "kit.offered", name, now, account_id=by.account_id, who=by.who)
    return kit


def hang_offered(tx: Transaction, site: Site, look: Look, pictures: Mapping[str, Media | None], now: datetime) -> Look:
    """The look with these pictures to offer, without those that are None, and otherwise with those that are offered now.

    To be done in the transaction that offers it: what it replaces is erased. Raises NotFound: this is no head office.
    """
    known = find_kit(tx, own_network(tx).uri)
    addresses = {name: getattr(known.kit.look, name) if known is not None else "" for name in PURPOSES}
    for name, one in pictures.items():
        attach(tx, site, [one.id] if one is not None else [], OFFERED, site.actor_id, now, purpose=PURPOSES[name])
        addresses[name] = url_of(site, one) if one is not None else ""
    return replace(look, **addresses)


def withdraw_kit(tx: Transaction, site: Site, now: datetime, *, by: Runner) -> None:
    """Offer it no more; who has taken it keeps it. Raises NotFound: nothing is offered."""
    network = own_network(tx)
    known = find_kit(tx, network.uri)
    if known is None or known.kit.withdrawn:
        raise NotFound("no kit is offered")
    for purpose in PURPOSES.values():
        attach(tx, site, [], OFFERED, site.actor_id, now, purpose=purpose)
    save_kit(tx, KnownKit(network.uri, withdrawn(known.kit), now))
    tell_members(tx, site, now)
    record(tx, "kit.withdrawn", known.kit.name, now, account_id=by.account_id, who=by.who)


def own_network(tx: Transaction) -> Network:
    """The network for which this site speaks. Raises NotFound: it is no head office."""
    network = current_network(tx)
    if network is None or not network.head_office:
        raise NotFound("no head office")
    return network


def find_offered(tx: Transaction) -> KnownKit | None:
    """What the head office of this site's network has offered to it; None for nothing, and at the head office itself."""
    network = current_network(tx)
    return find_kit(tx, network.uri) if network is not None and not network.head_office else None


def get_offered(tx: Transaction, version: int) -> KnownKit:
    """The kit that is offered in that version. Raises NotFound for none, Conflict where there is a later one."""
    known = find_offered(tx)
    if known is None or known.kit.withdrawn:
        raise NotFound("no kit is offered", public_message="The head office offers it no more.")
    if known.kit.version != version:
        raise Conflict("another version", reason="other-version", public_message=_MEANWHILE)
    return known


def take_kit(tx: Transaction, site: Site, version: int, wish: Wish, now: datetime) -> None:
    """Have a kit copied, as it is wished. Raises NotFound, Conflict as `get_offered`."""
    known = get_offered(tx, version)
    save_kit(tx, replace(known, choice=Choice.TAKING, wish=wish))
    add_job(tx, TAKE_KIT, known.network, now, afresh=True)
    record(tx, "kit.taken", known.kit.name, now, account_id=wish.account_id, who=wish.who)
    site.pulse.mark()


def refuse_kit(tx: Transaction, version: int, now: datetime, *, by: Runner) -> None:
    """Leave the look of the site as it is. Raises NotFound, Conflict as `get_offered`."""
    known = get_offered(tx, version)
    save_kit(tx, replace(known, choice=Choice.REFUSED, wish=None))
    record(tx, "kit.refused", known.kit.name, now, account_id=by.account_id, who=by.who)


def hang(tx: Transaction, site: Site, taken: KnownKit, wish: Look, pictures: Mapping[str, Media], now: datetime) -> KnownKit:
    """Put copied pictures in the place of those of the site, which are kept to go back to.

    What the site is to look like, and what to go back to, are kept in the same transaction, so that whatever fails afterwards is done
    again without hanging anything twice; they are given back.
    """
    known = find_kit(tx, taken.network) or taken
    present = look_of(site.settings)
    before = look_to_keep(known, present)
    for name, purpose in PURPOSES.items():
        if name in pictures:
            _keep_to_go_back(tx, site, getattr(before, name), purpose, now)
            attach(tx, site, [pictures[name].id], site.actor_id, site.actor_id, now, purpose=purpose)
    paths = {name: path_in_folder(site, one) for name, one in pictures.items()}
    given = Look(wish.colour, wish.accent, wish.font, paths.get("logo", present.logo), paths.get("cover", present.cover))
    choice = Choice.HUNG if known.kit.version == taken.kit.version and known.choice is Choice.TAKING else known.choice
    hung = replace(known, choice=choice, given=given, before=before)
    save_kit(tx, hung)
    return hung


def unhang(tx: Transaction, site: Site, before: Look, present: Look, now: datetime) -> None:
    """Put the pictures back that were kept; those of the kit are erased. Done again, it changes nothing."""
    for name, purpose in PURPOSES.items():
        kept = list_of_purpose(tx, KEPT, purpose)
        if kept or getattr(before, name) != getattr(present, name):
            back = [one.id for one in list_of_purpose(tx, site.actor_id, purpose) if path_in_folder(site, one) == getattr(before, name)]
            attach(tx, site, back, site.actor_id, site.actor_id, now, purpose=purpose)
        for one in kept:
            save_attachment(tx, one.id, site.actor_id, 0)
    known = find_offered(tx)
    if known is not None and known.choice is Choice.HUNG:
        # The job that hung the pictures of the kit may still have the rest to do.
        save_kit(tx, replace(known, choice=Choice.REFUSED))


def note_taken(tx: Transaction, taken: KnownKit) -> None:
    """A kit is in place; a later version that came meanwhile waits all the same."""
    known = find_kit(tx, taken.network)
    if known is not None and known.kit.version == taken.kit.version and known.choice is Choice.HUNG:
        save_kit(tx, replace(known, choice=Choice.TAKEN))


def note_failed(tx: Transaction, failed: KnownKit) -> None:
    """A picture of a kit could not be had: it is to be decided about anew."""
    known = find_kit(tx, failed.network)
    if known is not None and known.kit.version == failed.kit.version and known.choice is Choice.TAKING:
        save_kit(tx, replace(known, choice=Choice.FAILED))


def note_gone_back(tx: Transaction, now: datetime, *, by: Runner) -> None:
    """The site looks as it did before."""
    known = find_offered(tx)
    if known is not None:
        choice = Choice.REFUSED if known.choice is Choice.TAKEN else known.choice
        save_kit(tx, replace(known, choice=choice, given=None, before=None))
        record(tx, "kit.undone", known.kit.name, now, account_id=by.account_id, who=by.who)


def look_of(settings: SiteSettings) -> Look:
    """How a site looks by its settings."""
    return Look(settings.colour.lower(), settings.accent.lower(), settings.font, settings.logo or "", settings.cover or "")


def dressed(settings: SiteSettings, look: Look) -> SiteSettings:
    """The settings with that look. Raises InvalidInput for letters that there are not."""
    return changed(settings, colour=look.colour, accent=look.accent, font=look.font, logo=look.logo or None, cover=look.cover or None)


def path_in_folder(site: Site, media: Media) -> str:
    """Where a picture lies in the media folder, as the settings of a site name it."""
    return path_of(site, media, "full").relative_to(site.folder / MEDIA_FOLDER).as_posix()


def _keep_to_go_back(tx: Transaction, site: Site, path: str, purpose: Purpose, now: datetime) -> None:
    """Keep the picture that lies there, wherever it hangs, in the place of what was kept; one that is kept already stays."""
    hanging = [*list_of_purpose(tx, site.actor_id, purpose), *list_of_purpose(tx, KEPT, purpose)]
    kept = [one.id for one in hanging if path_in_folder(site, one) == path]
    for media_id in kept:
        save_attachment(tx, media_id, KEPT, 0)
    attach(tx, site, kept, KEPT, site.actor_id, now, purpose=purpose)
