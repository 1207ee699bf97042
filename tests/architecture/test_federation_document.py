"""FEDERATION.md lists exactly what the handlers receive."""

import re

from fedirse.assembly import registry
from tests.fixtures_folder import ROOT

MARKED = re.compile(r"<!-- registry -->\n(.*?)<!-- /registry -->", re.DOTALL)


def documented() -> list[tuple[str, tuple[str, ...]]]:
    found = MARKED.search((ROOT / "FEDERATION.md").read_text(encoding="utf-8"))
    assert found is not None
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in found.group(1).strip().splitlines()[2:]]
    return [(activity, () if objects == "any" else tuple(objects.split(", "))) for activity, objects in rows]


def test_the_table_of_received_activities_is_the_registry() -> None:
    assert documented() == registry().rows()
