"""A site that takes a look, or goes back, is interrupted: its own pictures are never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fedirse.features.branding.actions import save_settings
from fedirse.features.branding.kit import jobs
from fedirse.features.branding.kit.actions import OFFERED, PURPOSES, dressed, look_of, note_gone_back, path_in_folder, unhang
from fedirse.features.branding.kit.model import Choice, Look, Wish
from fedirse.features.branding.kit.store import save_kit
from fedirse.social.media.actions import accept_upload, attach, sweep
from fedirse.social.media.model import Purpose
from fedirse.social.media.views import url_of
from tests.features.branding.kit.test_between_sites import BY, LOOK, SIEGE, Bytes, Offering, offering

__all__ = ["offering"]


class Interrupted(Exception):
    """The site stopped here."""


async def own_pictures(offering: Offering) -> tuple[Look, dict[str, bytes]]:
    """Gives Lyon a logo and a cover of its own: its look, and what they are."""
    lyon, now = offering.site("lyon"), offering.group.clock.now()
    paths = {}
    for name, purpose in PURPOSES.items():
        kept = await accept_upload(lyon, lyon.actor_id, Bytes("#224466"), filename="own.png", purpose=purpose, now=now)
        await lyon.write(attach, lyon, [kept.id], lyon.actor_id, lyon.actor_id, now, purpose=purpose)
        paths[name] = path_in_folder(lyon, kept)
    look = replace(look_of(lyon.settings), **paths)
    await save_settings(lyon, dressed(lyon.settings, look), now, None)
    return look, await served(offering)


async def served(offering: Offering) -> dict[str, bytes]:
    """The pictures that Lyon shows, once what was erased is gone from the disk."""
    lyon = offering.site("lyon")
    await sweep(lyon, offering.group.clock.now() + timedelta(days=2))
    settings = lyon.settings
    return {name: (lyon.folder / "media" / path).read_bytes() for name in PURPOSES if (path := getattr(settings, name))}


async def full_look(offering: Offering) -> Look:
    """What is offered, with both pictures."""
    siege, now = offering.siege, offering.group.clock.now()
    kept = await accept_upload(siege, siege.actor_id, Bytes("#b3261e"), filename="c.png", purpose=Purpose.COVER, now=now)
    await siege.write(attach, siege, [kept.id], OFFERED, siege.actor_id, now, purpose=Purpose.COVER)
    return replace(LOOK, logo=await offering.logo(), cover=url_of(siege, kept))


async def go_back(offering: Offering) -> None:
    """As the page does it."""
    lyon, now = offering.site("lyon"), offering.group.clock.now()
    known = await offering.at("lyon")
    assert known is not None
    assert known.before is not None
    await lyon.write(unhang, lyon, known.before, look_of(lyon.settings), now)
    await save_settings(lyon, dressed(lyon.settings, known.before), now, None)
    await lyon.write(lambda tx: note_gone_back(tx, now, by=BY))


@pytest.mark.parametrize("where", ["save_settings", "note_taken"])
async def test_a_taking_that_is_interrupted_goes_on_and_the_way_back_stays(
    where: str, offering: Offering, monkeypatch: pytest.MonkeyPatch
) -> None:
    lyon = offering.site("lyon")
    own, pictures = await own_pictures(offering)
    await offering.offer(await full_look(offering))

    def stop(*_: object, **__: object) -> None:
        raise Interrupted

    known = await offering.at("lyon")
    assert known is not None
    await lyon.write(lambda tx: save_kit(tx, replace(known, choice=Choice.TAKING, wish=Wish(known.kit.look))))
    with monkeypatch.context() as patch:
        patch.setattr(jobs, where, stop)
        for _ in range(2):
            with pytest.raises(Interrupted):
                await jobs.copy_kit(lyon, SIEGE, {})
    await jobs.copy_kit(lyon, SIEGE, {})
    taken = await offering.at("lyon")
    assert taken is not None
    assert (taken.choice, taken.before, taken.given) == (Choice.TAKEN, own, look_of(lyon.settings))
    shown = await served(offering)
    assert set(shown) == set(pictures)
    assert not set(shown.values()) & set(pictures.values())
    await go_back(offering)
    assert look_of(lyon.settings) == own
    assert await served(offering) == pictures


async def test_a_later_version_taken_after_an_interruption_leaves_the_way_back(offering: Offering, monkeypatch: pytest.MonkeyPatch) -> None:
    lyon = offering.site("lyon")
    own, pictures = await own_pictures(offering)
    await offering.offer(await full_look(offering))

    def stop(*_: object, **__: object) -> None:
        raise Interrupted

    known = await offering.at("lyon")
    assert known is not None
    await lyon.write(lambda tx: save_kit(tx, replace(known, choice=Choice.TAKING, wish=Wish(known.kit.look))))
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "save_settings", stop)
        with pytest.raises(Interrupted):
            await jobs.copy_kit(lyon, SIEGE, {})
    await offering.offer(await full_look(offering), "Charte suivante")
    await offering.take("lyon")
    await go_back(offering)
    assert look_of(lyon.settings) == own
    assert await served(offering) == pictures


async def test_going_back_again_after_it_was_interrupted_erases_nothing(offering: Offering) -> None:
    lyon = offering.site("lyon")
    own, pictures = await own_pictures(offering)
    await offering.offer(await full_look(offering))
    await offering.take("lyon")
    known = await offering.at("lyon")
    assert known is not None
    assert known.before == own
    # The first time, nothing was done after this.
    await lyon.write(unhang, lyon, own, look_of(lyon.settings), offering.group.clock.now())
    await go_back(offering)
    assert look_of(lyon.settings) == own
    assert await served(offering) == pictures


async def test_the_own_logo_survives_a_kit_without_one_and_then_one_with_one(offering: Offering) -> None:
    own, pictures = await own_pictures(offering)
    await offering.offer()
    await offering.take("lyon")
    await offering.offer(await full_look(offering))
    await offering.take("lyon")
    await go_back(offering)
    assert look_of(offering.site("lyon").settings) == own
    assert await served(offering) == pictures
