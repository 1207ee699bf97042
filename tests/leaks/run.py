"""Asks at every exit about one random world after another, and counts."""

import random
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from fedirse.social.follows.channels.model import Runner
from fedirse.social.partners.actions import create_channel
from fedirse.social.partners.model import Words
from tests.federation.network import START
from tests.leaks.exits import EXITS, Exit
from tests.leaks.scene import Scene, Tally, listening, opened
from tests.leaks.world import CHANNEL, random_world
from tests.visitors import make_folder, open_shop


async def run_world(seed: str, made: Path, exits: Iterable[Exit] = EXITS, *, to_first: bool = False) -> Tally:
    """Every question about the world of that seed.

    Args:
        seed: of the world and of the questions: the same seed gives the same examples again.
        made: where the empty site lies that worlds are written into.
        exits: where to ask.
        to_first: whether to stop after the first exit that leaks.
    """
    with tempfile.TemporaryDirectory(prefix="fedirse-leaks-") as folder, listening() as lines:
        copy = Path(folder) / "site"
        shutil.copytree(made, copy)
        async with opened(random_world(seed), copy) as scene:
            _set_up(scene, seed)
            scene.logged = lines
            for one in exits:
                scene.exit = one.name
                await one.ask(scene)
                if to_first and scene.tally.leaks:
                    break
            return scene.tally


def _set_up(scene: Scene, seed: str) -> None:
    """Sites are set up in different ways."""
    chance = random.Random(f"{seed}/settings")
    settings = {"anonymous_search": chance.random() < 0.7, "authorised_fetch": chance.random() < 0.15}
    scene.site.adopt(msgspec.structs.replace(scene.site.settings, **settings))


async def make_site(folder: Path) -> Path:
    """A site with nothing but its people and its partner channel, to write worlds into; making their keys takes long, so it is made once."""
    await make_folder(folder / "empty")
    async with open_shop(folder / "empty", folder / "made") as shop:
        await shop.site.write(create_channel, shop.site, CHANNEL, Words("Catalogue"), Runner(), START)
    return folder / "made"


def report(tally: Tally) -> list[str]:
    """The tally in lines, by exit; the last one says whether anything leaked."""
    width = max(len(one.name) for one in EXITS)
    lines = [f"{'exit':{width}}  examples  of these, shown to insiders only"]
    lines += [f"{one.name:{width}}  {tally.examples[one.name]:8}  {tally.shown[one.name]:8}" for one in EXITS]
    lines += tally.leaks[:20]
    return [*lines, f"leaks: {len(tally.leaks)} of {tally.total}"]


def untested(tally: Tally) -> list[str]:
    """The exits that were not asked at, and those that never showed anything although they should have."""
    return [one.name for one in EXITS if not tally.examples[one.name] or (one.shows and not tally.shown[one.name])]
