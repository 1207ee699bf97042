"""Nobody outside an audience is shown anything of it, at any exit, in many random worlds; and a gate without a clause is found out."""

from pathlib import Path

import pytest

from tests.leaks.mutations import MUTATIONS, Mutation, survives
from tests.leaks.run import make_site, report, run_world, untested
from tests.leaks.scene import Tally

EXAMPLES = 20_000


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return await make_site(tmp_path_factory.mktemp("leaks"))


async def test_a_few_worlds_leak_nothing(made: Path) -> None:
    tally = Tally()
    for number in range(3):
        tally.add(await run_world(f"quick/{number}", made))
    assert not tally.leaks, "\n".join(report(tally))


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_nothing_leaks(made: Path) -> None:
    tally, number = Tally(), 0
    while tally.total < EXAMPLES:
        tally.add(await run_world(f"suite/{number}", made))
        number += 1
    assert not tally.leaks, "\n".join(report(tally))
    assert not untested(tally)


@pytest.mark.parametrize("mutation", [pytest.param(one, id=str(one)) for one in MUTATIONS])
def test_every_clause_that_is_taken_away_is_still_there(mutation: Mutation) -> None:
    mutation.made()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("mutation", [pytest.param(one, id=str(one)) for one in MUTATIONS])
async def test_the_gate_without_a_clause_is_found_out(mutation: Mutation, made: Path) -> None:
    assert await survives(mutation, made, "suite-mutants")


async def test_the_gate_is_whole_again_after_a_mutation(made: Path) -> None:
    with MUTATIONS[0].applied():
        pass
    assert not (await run_world("quick/0", made)).leaks
