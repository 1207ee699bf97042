"""NodeInfo: which software a server runs and how many people use it (protocol and schemas 2.0 and 2.1, FEP-0151).

What another server says about itself is shown to people and decides nothing.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from fedirse.activitypub import values
from fedirse.base import limits
from fedirse.base.types import JsonObject

Version: TypeAlias = Literal["2.0", "2.1"]

_RELATION: Final = "http://nodeinfo.diaspora.software/ns/schema/"
_HIGHEST_FIRST: Final[tuple[Version, ...]] = ("2.1", "2.0")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInfo:
    """What a server tells about itself.

    Attributes:
        software_name: small letters, digits and hyphens, as the schema demands.
        software_version: of the program.
        open_registrations: whether anybody may sign up.
        repository: where the source code is; only version 2.1 has it, as it has homepage.
        users_total: None, as each of the numbers, where the operator does not tell; a wrong one is never told (FEP-0151).
        users_active_half_year: signed in within 180 days.
        users_active_month: signed in within 30 days.
        local_posts: posts written here.
        local_comments: replies written here.
        metadata: free; `nodeName` and `nodeDescription` are widely read.
    """

    software_name: str
    software_version: str
    open_registrations: bool = False
    repository: str | None = None
    homepage: str | None = None
    users_total: int | None = None
    users_active_half_year: int | None = None
    users_active_month: int | None = None
    local_posts: int | None = None
    local_comments: int | None = None
    metadata: JsonObject = field(default_factory=dict)


def media_type(version: Version) -> str:
    """The Content-Type to serve a document of that version with."""
    return f'application/json; profile="{_RELATION}{version}#"'


def render_discovery(origin: str) -> JsonObject:
    """What `/.well-known/nodeinfo` answers; the documents are at `<origin>/nodeinfo/<version>`."""
    return {"links": [{"rel": _RELATION + version, "href": f"{origin}/nodeinfo/{version}"} for version in _HIGHEST_FIRST]}


def render_nodeinfo(info: NodeInfo, version: Version) -> JsonObject:
    """The document of one version. The schemas allow no member besides these, and require all that are not numbers."""
    software: JsonObject = {"name": info.software_name, "version": info.software_version}
    if version == "2.1":
        software |= values.present({"repository": info.repository, "homepage": info.homepage})
    users = {"total": info.users_total, "activeHalfyear": info.users_active_half_year, "activeMonth": info.users_active_month}
    return {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": info.open_registrations,
        "usage": {
            "users": values.present(users),
            **values.present({"localPosts": info.local_posts, "localComments": info.local_comments}),
        },
        "metadata": info.metadata,
    }


def parse_discovery(document: JsonObject) -> str | None:
    """Where the document of the highest version read here is; None when none is offered."""
    links = {link.get("rel"): link.get("href") for link in values.many(document.get("links")) if isinstance(link, dict) and _is_text(link)}
    return next((href for version in _HIGHEST_FIRST if (href := values.uri(links.get(_RELATION + version))) is not None), None)


def parse_software(document: JsonObject) -> str | None:
    """The name of the software, as an opaque text: FEP-0151 forbids to infer from it what a server can do."""
    software = document.get("software")
    return values.text(software.get("name"), limits.NAME_LENGTH) if isinstance(software, dict) else None


def _is_text(link: JsonObject) -> bool:
    return isinstance(link.get("rel"), str)
