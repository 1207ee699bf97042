"""What a test can tell the test peer to do, as typed methods. Knows nothing of processes."""

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import uuid4

from fedirse.base.types import JsonObject
from tests.interop.peer_records import Fetched, Name, ProofVerdict, RawAnswer, RawScheme, Resolved, Scheme, Sent
from tests.interop.peer_watch import PeerWatch

Audience = Literal["public", "followers"] | Sequence[str]


class PeerControl(PeerWatch):
    """One running peer, as a test sees it: its addresses, what its people do, how it behaves, what it sees and saw."""

    # Addresses

    def actor(self, name: Name = "karim") -> str:
        return f"{self.origin}/users/{name}"

    def inbox(self, name: Name = "karim") -> str:
        return f"{self.origin}/users/{name}/inbox"

    def followers_of(self, name: Name = "karim") -> str:
        """Address of the followers collection."""
        return f"{self.origin}/users/{name}/followers"

    def outbox(self, name: Name = "karim") -> str:
        return f"{self.origin}/users/{name}/outbox"

    @property
    def shared_inbox(self) -> str:
        return f"{self.origin}/inbox"

    def handle(self, name: Name = "karim") -> str:
        """`@name@host`, with the port where the origin has one."""
        return f"@{name}@{self.origin.partition('://')[2]}"

    def new_id(self) -> str:
        """An address of the peer that was never used, for an activity sent with `send_raw`."""
        return f"{self.origin}/activities/{uuid4()}"

    # What its people do

    async def follow(self, actor: str, *, by: Name = "karim") -> Sent:
        return await self._do(Sent, "follow", actor=actor, by=by)

    async def unfollow(self, actor: str, *, by: Name = "karim") -> Sent:
        return await self._do(Sent, "unfollow", actor=actor, by=by)

    async def accept(self, actor: str, *, by: Name = "karim") -> None:
        """Accept the follow of `actor` that awaits an answer."""
        await self._tell("accept", actor=actor, by=by)

    async def reject(self, actor: str, *, by: Name = "karim") -> None:
        """Reject a follow that awaits an answer, or remove a follower."""
        await self._tell("reject", actor=actor, by=by)

    async def post(
        self,
        content: str,
        *,
        to: Audience = "public",
        mention: Sequence[str] | None = None,
        in_reply_to: str | None = None,
        by: Name = "karim",
    ) -> Sent:
        """Publish a Note.

        Args:
            content: HTML.
            to: "public", "followers", or addresses of actors, who are then mentioned as well.
            mention: addresses of actors to mention and deliver to.
            in_reply_to: a note, whose author it is delivered to.
            by: who writes.
        """
        return await self._do(Sent, "post", content=content, to=to, mention=mention, inReplyTo=in_reply_to, by=by)

    async def edit(self, note: str, content: str) -> Sent:
        return await self._do(Sent, "edit", id=note, content=content)

    async def delete(self, note: str) -> Sent:
        return await self._do(Sent, "delete", id=note)

    async def like(self, note: str, *, owner: str | None = None, by: Name = "karim") -> Sent:
        """Like a note. `owner` spares the peer from reading the note to find its author."""
        return await self._do(Sent, "like", object=note, owner=owner, by=by)

    async def unlike(self, note: str, *, by: Name = "karim") -> Sent:
        return await self._do(Sent, "unlike", object=note, by=by)

    async def boost(self, note: str, *, owner: str | None = None, by: Name = "karim") -> Sent:
        """Announce a note to its author and to the followers. `owner` as for `like`."""
        return await self._do(Sent, "boost", object=note, owner=owner, by=by)

    async def unboost(self, note: str, *, by: Name = "karim") -> Sent:
        return await self._do(Sent, "unboost", object=note, by=by)

    async def edit_profile(self, name: str, summary: str = "", *, by: Name = "karim") -> Sent:
        """Change the actor and send the Update to its followers."""
        return await self._do(Sent, "profile", name=name, summary=summary, by=by)

    async def rotate_keys(self, *, announce: bool = False, by: Name = "karim") -> None:
        """New RSA and Ed25519 keys under the same ids; with `announce` the followers are sent an Update of the actor."""
        await self._tell("rotate-keys", announce=announce, by=by)

    async def send(self, activity: JsonObject, to: Sequence[str], *, by: Name = "karim") -> Sent:
        """Any activity, written and signed by Fedify in its own way, to the inboxes of the actors `to`."""
        return await self._do(Sent, "send", activity=activity, to=to, by=by)

    async def send_raw(
        self,
        inbox: str,
        activity: JsonObject,
        scheme: RawScheme,
        *,
        proof: bool = False,
        linked_data: bool = False,
        date: str | None = None,
        tampered: JsonObject | None = None,
        content_type: str = "application/activity+json",
        algorithm: str | None = None,
        forged: bool = False,
        by: Name = "karim",
    ) -> RawAnswer:
        """Post exactly this JSON and return the answer.

        Args:
            inbox: where to.
            activity: as it will be serialised; nothing is added to it but signatures.
            scheme: of the HTTP signature; "proof-only", "ld-only" and "none" send none.
            proof: add an FEP-8b32 proof.
            linked_data: add an RsaSignature2017.
            date: ISO 8601 time of signing.
            tampered: sent instead, under the signature of `activity`.
            content_type: of the request.
            algorithm: what a cavage signature says of itself instead of "rsa-sha256"; "" for nothing.
            forged: spoil the HTTP signature and nothing else.
            by: whose keys sign.
        """
        options = {"proof": proof, "linkedData": linked_data, "date": date, "tampered": tampered}
        request = {"contentType": content_type, "algorithm": algorithm, "forged": forged}
        return await self._do(RawAnswer, "send-raw", inbox=inbox, activity=activity, scheme=scheme, by=by, **options, **request)

    # How it behaves

    async def accept_follows(self, *, manual: bool, by: Name = "karim") -> None:
        """Whether follows await `accept`. Automatic at first."""
        await self._tell("accept-follows", manual=manual, by=by)

    async def refuse(self, *schemes: Scheme) -> None:
        """Answer 401 to every request with these signature schemes, before Fedify sees it. Without schemes: to none any more."""
        await self._tell("refuse", schemes=schemes)

    async def answer(
        self,
        status: int,
        *,
        times: int = 1,
        path: str | None = None,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        body: str = "",
        delay: float = 0,
    ) -> None:
        """Answer the next requests with `status` instead of handing them to Fedify; 0 closes the connection without an answer.

        Args:
            status: of the answer.
            times: how many requests.
            path: which; without it every POST to an inbox.
            method: which.
            headers: of the answer, such as Retry-After.
            body: of the answer.
            delay: seconds before the answer.
        """
        answer = {"status": status, "headers": headers or {}, "body": body, "delay": delay}
        await self._tell("answer", times=times, path=path, method=method, **answer)

    async def answer_normally(self) -> None:
        """Drop what is left of every `answer`."""
        await self._tell("answer-normally")

    async def serve(
        self, path: str, document: JsonObject | str, *, content_type: str = "application/activity+json", status: int = 200
    ) -> str:
        """Answer GET of `path` with exactly this; returns the address."""
        await self._tell("serve", path=path, document=document, contentType=content_type, status=status)
        return f"{self.origin}{path}"

    async def authorised_fetch(self, *, on: bool) -> None:
        """Whether actors, notes and collections are only for requests with a signature that Fedify accepts."""
        await self._tell("authorised-fetch", on=on)

    async def route(self, origin: str, to: str) -> None:
        """Connect to the base address `to` for everything at `origin`, as a name server and a TLS-terminating proxy would."""
        await self._tell("route", origin=origin, to=to)

    async def forget(self) -> None:
        """Empty Fedify's caches: keys, failed key fetches, documents, remembered schemes, ids of activities already seen."""
        await self._tell("forget")

    # What it sees

    async def fetch(self, url: str, *, by: Name = "karim") -> Fetched:
        """A signed GET with Fedify's own loader."""
        return await self._do(Fetched, "fetch", url=url, by=by)

    async def resolve(self, handle: str, *, by: Name = "karim") -> Resolved:
        """WebFinger and actor of a handle or address through Fedify."""
        return await self._do(Resolved, "resolve", handle=handle, by=by)

    async def node_info(self, url: str) -> JsonObject | None:
        """The NodeInfo of a server as Fedify's strict reader understands it; None when it does not."""
        found: JsonObject | None = (await self._tell("node-info", url=url))["nodeInfo"]
        return found

    async def verify_proof(self, document: JsonObject, *, by: Name = "karim") -> ProofVerdict:
        """Whether Fedify's verifyProof accepts every proof of the document, with keys fetched now."""
        return await self._do(ProofVerdict, "verify-proof", document=document, by=by)
