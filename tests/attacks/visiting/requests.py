"""A request as no browser would write it: any Host, any client address, any head."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from tests.attacks.held import digest_tables
from tests.attacks.letters import Letter
from tests.attacks.scene import Answer, call
from tests.visitors import DOMAIN, ORIGIN, Shop

OURS = (("origin", ORIGIN), ("sec-fetch-site", "same-origin"))
"""What a browser says of a form on a page of the site."""
STRANGER = "203.0.113.9"
"""An address that is no proxy of ours."""


async def ask(
    shop: Shop,
    target: str = "/",
    *,
    hosts: Sequence[str] = (DOMAIN,),
    method: str = "GET",
    headers: Sequence[tuple[str, str]] = (),
    client: str = STRANGER,
) -> Answer:
    """The answer to a request with exactly this head, from an address."""
    return await call(shop.app, Letter(method=method, target=target, hosts=tuple(hosts), headers=tuple(headers)), client)


async def form(
    shop: Shop,
    target: str,
    fields: Mapping[str, str] | Sequence[tuple[str, str]],
    *,
    hosts: Sequence[str] = (DOMAIN,),
    headers: Sequence[tuple[str, str]] = (),
    client: str = STRANGER,
    as_ours: bool = True,
) -> Answer:
    """The answer to a form, sent from an address; `as_ours` with what a browser says of a page of the site."""
    body = urlencode(list(fields.items()) if isinstance(fields, Mapping) else list(fields)).encode()
    head = (("content-type", "application/x-www-form-urlencoded"), *(OURS if as_ours else ()), *headers)
    return await call(shop.app, Letter(body, "POST", target, head, tuple(hosts)), client)


async def contents(shop: Shop) -> dict[str, str]:
    """A digest of every table: equal before and after what changed nothing."""
    return await shop.site.read(digest_tables)
