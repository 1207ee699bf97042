"""The addresses of a site's own things, in both directions.

One place decides them because they are promises: an id once sent to another server can never change.
"""

from dataclasses import dataclass

from fedirse.base.types import Host, Uri


@dataclass(frozen=True, slots=True)
class OwnUris:
    """Builds and recognises the URIs of one site.

    Args:
        scheme: `https`, or `http` under the development switch.
        host: authority of the site, with `:port` where development needs one.
    """

    scheme: str
    host: Host

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def site_actor(self) -> Uri:
        return Uri(f"{self.origin}/actor")

    @property
    def shared_inbox(self) -> Uri:
        return Uri(f"{self.origin}/inbox")

    def person(self, handle: str) -> Uri:
        return Uri(f"{self.origin}/people/{handle}")

    def profile(self, handle: str) -> Uri:
        return Uri(f"{self.origin}/@{handle}")

    def post(self, post_id: str) -> Uri:
        return Uri(f"{self.origin}/posts/{post_id}")

    def activity(self, activity_id: str) -> Uri:
        return Uri(f"{self.origin}/activities/{activity_id}")

    def tag(self, name: str) -> Uri:
        return Uri(f"{self.origin}/tags/{name}")

    @property
    def members(self) -> Uri:
        """The collection of the members of this head office's network, which things are addressed to."""
        return Uri(f"{self.origin}/network/members")

    @property
    def roster(self) -> Uri:
        """The snapshot of all members."""
        return Uri(f"{self.origin}/network/roster")

    def credential(self, credential_id: str) -> Uri:
        return Uri(f"{self.origin}/network/members/{credential_id}")

    def segment(self, segment_id: str) -> Uri:
        return Uri(f"{self.origin}/network/segments/{segment_id}")

    def network_invitation(self, secret: str) -> Uri:
        """A capability address: whoever has it may read the invitation, and ask to join with it."""
        return Uri(f"{self.origin}/network/invitations/{secret}")

    def post_id(self, uri: str) -> str | None:
        """The id of our post at `uri`; None for anything that is not one of our post addresses."""
        return self._last_segment(uri, "/posts/")

    def is_own(self, uri: str) -> bool:
        """Whether `uri` lies on this site."""
        return uri == self.origin or uri.startswith(f"{self.origin}/")

    def _last_segment(self, uri: str, folder: str) -> str | None:
        prefix = f"{self.origin}{folder}"
        rest = uri.removeprefix(prefix)
        return rest if uri.startswith(prefix) and rest and "/" not in rest else None
