"""Everything of an export but posts, messages and files: who somebody is, whom they follow and block, what they like and mark."""

from datetime import datetime

import orjson

from fedirse.activitypub.documents.actor import render_actor
from fedirse.base.actors import StoredActor
from fedirse.base.spreadsheets import render_table
from fedirse.base.types import JsonObject
from fedirse.features.care.privacy.exports import store
from fedirse.features.care.privacy.exports.model import Export
from fedirse.features.care.privacy.exports.rules import media_name
from fedirse.features.care.privacy.exports.views import Contents
from fedirse.features.care.privacy.exports.wire import render_list
from fedirse.site import Site
from fedirse.social.accounts.actions import own_actor_document
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.store import find_account_of_actor
from fedirse.social.follows.store import list_followers, list_following
from fedirse.social.media.store import list_of_actor
from fedirse.social.moderation.blocks.store import list_blocked_by
from fedirse.social.notifications.mutes.store import list_muted
from fedirse.social.posts.composing.model import KeptDraft
from fedirse.social.posts.composing.store import list_drafts
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction

Files = dict[str, bytes | str]
"""Files of the archive by their names."""


def read_lists(tx: Transaction, site: Site, export: Export) -> tuple[Files, Contents]:
    """The files with the lists, and what the first page tells; how many pages there are is not known here."""
    actor = get_actor(tx, export.actor_id)
    account = _account_of(find_account_of_actor(tx, actor.id))
    drafts = list_drafts(tx, actor.id)
    following = [other.address for other in list_following(tx, actor.id)]
    files: Files = {
        "actor.json": _json(render_actor(own_actor_document(tx, site, actor))),
        "account.json": _json(account),
        "drafts.json": _json([_draft_of(draft) for draft in drafts]),
        "following.csv": render_table(["Account address"], [[address.removeprefix("@")] for address in following]),
        **_lists(tx, actor),
    }
    return files, Contents(actor, actor.address, account, 0, 0, following, drafts, ())


def _lists(tx: Transaction, actor: StoredActor) -> Files:
    reader = store.reader_of_actor(actor)
    people = {
        "following": list_following(tx, actor.id),
        "followers": list_followers(tx, actor.id),
        "blocks": list_blocked_by(tx, actor.id),
        "mutes": list_muted(tx, actor.id),
    }
    files: Files = {f"{name}.json": _json(render_list(f"{name}.json", [other.uri for other in found])) for name, found in people.items()}
    for name, uris in {"likes": store.list_liked(tx, reader), "bookmarks": store.list_marked(tx, reader)}.items():
        files[f"{name}.json"] = _json(render_list(f"{name}.json", uris))
    for name in ("followers", "blocks", "mutes"):
        files[f"{name}.csv"] = render_table(["Account address"], [[other.address.removeprefix("@")] for other in people[name]])
    files["votes.csv"] = render_table(["Poll", "Answer"], store.list_voted(tx, reader))
    for name, columns, rows in store.list_tables_of(tx, reader):
        files[f"{name}.csv"] = render_table(columns, rows)
    described = [(media_name(one), one.alt, one.created_at.isoformat()) for one in list_of_actor(tx, actor.id, limit=1_000_000)]
    files["media.csv"] = render_table(["File", "Description", "Uploaded"], described)
    return files


def _account_of(account: Account | None) -> dict[str, str]:
    if account is None:
        return {}
    return {
        "handle": account.handle,
        "email": account.email or "",
        "language": account.language,
        "timezone": account.timezone,
        "theme": account.theme,
        "roles": ", ".join(account.roles),
        "shows_follows": "yes" if account.shows_follows else "no",
        "created": account.created_at.isoformat(),
    }


def _draft_of(draft: KeptDraft) -> JsonObject:
    typed = draft.typed
    poll = {"options": list(typed.poll.options), "several": typed.poll.several, "hours": typed.poll.hours} if typed.poll else None
    return {
        "id": draft.id,
        "updated": _date(draft.updated_at),
        "title": typed.title,
        "warning": typed.warning,
        "text": typed.text,
        "besides": {name: text for name, text in typed.besides if text},
        "poll": poll,
        "files": [{"media": file.media_id, "alt": file.alt} for file in typed.files],
    }


def _date(instant: datetime) -> str:
    return instant.isoformat()


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)
