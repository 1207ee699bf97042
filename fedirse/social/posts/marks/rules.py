"""Which mark an author gets. Pure."""

from fedirse.social.posts.marks.model import NOTHING_VOUCHED, Ground, Mark, Vouched, Written


def vouch(written: Written, ground: Ground) -> Vouched:
    """What this site vouches for about something written (ORG-050).

    A name, a picture, a handle, a kind of actor or a follow make no mark. A site's own actor is known by the key it lists; a person of a
    member's site by what only that site's key can have brought.
    """
    author = written.author
    if author.id == ground.own_id:
        return Vouched(Mark.HEAD_OFFICE if ground.is_head_office else Mark.SITE)
    if written.in_channel and not author.local and author.id in ground.partners:
        return Vouched(Mark.PARTNER, author.host)
    if author.local or not ground.network:
        return NOTHING_VOUCHED
    listed = ground.listed.get(author.uri, frozenset())
    if author.uri == ground.network:
        # Whoever has its address without its key is nobody, whatever else is known of that address.
        known = written.under_key or bool(listed & ground.network_keys)
        return Vouched(Mark.HEAD_OFFICE) if known else NOTHING_VOUCHED
    for member in ground.members.get(author.host, ()):
        if written.under_key or (author.uri == member.uri and member.key in listed):
            return Vouched(Mark.MEMBER, member.name)
    return NOTHING_VOUCHED
