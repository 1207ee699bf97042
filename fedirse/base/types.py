"""Shapes that several layers share and that belong to none of them."""

from typing import Any, NewType, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""One JSON object as parsed; its values are checked where they are read."""

Uri = NewType("Uri", str)
"""An absolute http(s) URI that passed the strict grammar of `activitypub.uris`."""

Host = NewType("Host", str)
"""Authority of an origin: lower-case host, with `:port` when it is not the scheme's default."""
