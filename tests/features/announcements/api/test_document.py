"""The OpenAPI document is true, complete, and what is served."""

from typing import Any

import msgspec
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from fedirse.features.announcements.api.document.model import OPERATIONS, ROOT
from fedirse.features.announcements.api.document.wire import EXAMPLES, render_document
from fedirse.features.announcements.api.gate.pages import Resource
from fedirse.features.announcements.api.model import Problem
from fedirse.features.announcements.api.pages import ROUTES
from tests.features.announcements.api.programs import DOCUMENT
from tests.features.announcements.desks import Office
from tests.fixtures_folder import ROOT as PROJECT

METHODS = {"get", "put", "post", "delete"}


def told() -> dict[tuple[str, str], Any]:
    """Everything that the document says can be asked for."""
    return {(method.upper(), path): one for path, item in DOCUMENT["paths"].items() for method, one in item.items() if method in METHODS}


def test_a_maintained_validator_finds_nothing_wrong() -> None:
    assert list(OpenAPIV31SpecValidator(render_document("https://siege.example", "1")).iter_errors()) == []


def test_every_route_of_the_api_stands_in_it_and_nothing_else() -> None:
    served = {
        (method, route.path.removeprefix(ROOT))
        for route in ROUTES
        if isinstance(route, Route) and route.path.startswith(ROOT) and route.path != f"{ROOT}/openapi.json"
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert served == set(told())


def test_every_operation_is_answered() -> None:
    assert {one for route in ROUTES if isinstance(route, Resource) for one in route.operations} == set(OPERATIONS)


def test_every_operation_asks_for_a_key_and_says_all_that_may_come() -> None:
    assert DOCUMENT["security"] == [{"key": []}]
    for (_, path), one in told().items():
        assert "security" not in one
        assert {"401", "404", "429", "500"} <= one["responses"].keys()
        assert all(part["name"] == "id" for part in one.get("parameters", []) if part["in"] == "path") or "{id}" not in path


def test_every_body_has_an_example_that_fits_it() -> None:
    bodies = [one["requestBody"]["content"] for one in told().values() if "requestBody" in one]
    bodies += [answer["content"] for one in told().values() for status, answer in one["responses"].items() if "content" in answer]
    examples = [content["application/json"] for content in bodies if "application/json" in content]
    assert len(examples) >= len(EXAMPLES)
    for body in examples:
        where = {**body["schema"], "components": DOCUMENT["components"]}
        Draft202012Validator(where, format_checker=FormatChecker()).validate(body["example"])
    for kind, example in EXAMPLES.items():
        assert msgspec.convert(msgspec.to_builtins(example), kind) == example


def test_every_schema_is_used_and_described() -> None:
    text = msgspec.json.encode(DOCUMENT).decode()
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert f"#/components/schemas/{name}" in text, name
        assert schema["description"]
    assert Problem.__name__ in DOCUMENT["components"]["schemas"]


async def test_it_is_served_to_everybody_where_something_is_announced(office: Office) -> None:
    answer = await office.shop.get(f"{ROOT}/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["paths"] == DOCUMENT["paths"]
    assert answer.json()["servers"] == [{"url": f"https://magasin.example{ROOT}"}]


def test_the_page_for_developers_names_every_operation_and_every_status() -> None:
    page = (PROJECT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [one.name for one in OPERATIONS if f"`{one.method} {one.path}`" not in page] == []
    assert [status for one in OPERATIONS for status in one.statuses if f"| {status.value} |" not in page] == []
