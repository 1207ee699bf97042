"""The list of exits is complete: a route that stands on it nowhere fails here."""

from starlette.routing import Route

from tests.architecture.test_routes import all_routes
from tests.leaks.exits import EXITS, NO_DEEDS, NO_EXITS


def routes() -> set[str]:
    methods = {"GET", "POST", "PUT", "DELETE"}
    return {f"{method} {route.path}" for route in all_routes() if isinstance(route, Route) for method in methods & (route.methods or set())}


def is_known(route: str, listed: set[str]) -> bool:
    method, _, path = route.partition(" ")
    silent = (*NO_EXITS, *NO_DEEDS) if method == "POST" else NO_EXITS
    return route in listed or path.startswith(tuple(silent))


def test_every_route_is_an_exit_or_says_why_it_shows_no_post() -> None:
    listed = {route for one in EXITS for route in one.routes}
    unknown = sorted(route for route in routes() if not is_known(route, listed))
    assert not unknown, "put them on the list in tests/leaks/exits.py, and ask there in tests/leaks"


def test_a_new_route_is_missed() -> None:
    assert not is_known("GET /posts/{post_id}/quotes", {route for one in EXITS for route in one.routes})


def test_every_exit_on_the_list_is_there() -> None:
    gone = sorted({route for one in EXITS for route in one.routes} - routes())
    assert not gone


def test_no_exit_has_the_name_of_another() -> None:
    names = [one.name for one in EXITS]
    assert sorted(names) == sorted(set(names))
