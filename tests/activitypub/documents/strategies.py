"""Draws documents of every kind, within what a document can carry: no empty texts, nothing beyond the limits."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents import (
    Actor,
    Attachment,
    Emoji,
    Hashtag,
    Image,
    Mention,
    MultikeyEntry,
    Poll,
    PollOption,
    PostObject,
    Preview,
    ProfileField,
    PublicKeyEntry,
    Source,
    Tombstone,
)
from fedirse.activitypub.vocabulary import ACTOR_TYPES, PUBLIC

HERE = "https://sib.example"

texts = st.text(min_size=1, max_size=30)
maybe_texts = st.none() | texts
words = st.text("abcdefghijklmnopqrstuvwxyzéß0123456789", min_size=1, max_size=12)
numbers = st.integers(0, 2**40)
maybe_numbers = st.none() | numbers
dates = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda instant: instant.replace(microsecond=instant.microsecond // 1000 * 1000)
)
maybe_dates = st.none() | dates
paths = st.text("abcdefghijklmnopqrstuvwxyz0123456789/-_@", max_size=12)
own_uris = paths.map(lambda path: f"{HERE}/{path}")
maybe_own_uris = st.none() | own_uris
uris = st.builds(lambda host, path: f"https://{host}.example/{path}", st.sampled_from(["sib", "hq", "partner"]), paths)
maybe_uris = st.none() | uris


def several(strategy: st.SearchStrategy[Any], most: int = 3, **by: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """Tuples of up to `most` values."""
    return st.lists(strategy, max_size=most, **by).map(tuple)


images = st.builds(Image, uris, maybe_texts, maybe_texts)
mentions = st.builds(Mention, uris, maybe_texts)
hashtags = st.builds(Hashtag, words, maybe_uris)
emojis = st.builds(Emoji, words, uris, maybe_texts, maybe_uris)
attachments = st.builds(
    Attachment,
    type=st.sampled_from(["Image", "Document", "Video", "Audio", "Link"]),
    url=uris,
    media_type=maybe_texts,
    alt=maybe_texts,
    blurhash=maybe_texts,
    width=maybe_numbers,
    height=maybe_numbers,
    focal_point=st.none() | st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    duration=maybe_texts,
    size=maybe_numbers,
)
previews = st.builds(Preview, st.sampled_from(["Note", "Page"]), texts, maybe_texts, maybe_texts)
polls = st.builds(
    Poll,
    st.lists(st.builds(PollOption, texts, maybe_numbers), min_size=1, max_size=4, unique_by=lambda option: option.name).map(tuple),
    st.booleans(),
    maybe_dates,
    dates | st.booleans(),
    maybe_numbers,
)
recipients = several(uris | st.just(PUBLIC), unique=True)
addressings = st.builds(Addressing, recipients, recipients)
language_maps = st.dictionaries(st.sampled_from(["fr", "en", "de-ch"]), texts, max_size=3)

plain_posts = st.builds(
    PostObject,
    id=own_uris,
    type=st.sampled_from(["Note", "Article", "Page", "Event", "Video"]),
    attributed_to=several(own_uris, unique=True),
    content=texts,
    content_map=language_maps,
    name=maybe_texts,
    summary=maybe_texts,
    source=st.none() | st.builds(Source, texts, maybe_texts),
    media_type=maybe_texts,
    to=recipients,
    cc=recipients,
    audience=several(uris, unique=True),
    published=maybe_dates,
    updated=maybe_dates,
    in_reply_to=maybe_uris,
    url=maybe_uris,
    mentions=several(mentions, unique_by=lambda mention: mention.href),
    hashtags=several(hashtags, unique_by=lambda hashtag: hashtag.name),
    emojis=several(emojis, unique_by=lambda emoji: emoji.name),
    attachments=several(attachments),
    sensitive=st.booleans(),
    context=maybe_uris,
    conversation=maybe_texts,
    quote=maybe_uris,
    quote_authorization=maybe_uris,
    replies=maybe_own_uris,
    likes_total=maybe_numbers,
    shares_total=maybe_numbers,
    preview=st.none() | previews,
)
questions = st.builds(
    PostObject,
    id=own_uris,
    type=st.just("Question"),
    attributed_to=several(own_uris, most=1),
    content=texts,
    to=recipients,
    cc=recipients,
    poll=polls,
)
posts = plain_posts | questions


@st.composite
def actors(draw: st.DrawFn) -> Actor:
    """An actor whose keys are its own."""
    actor_id = draw(own_uris)
    key_ids = several(st.sampled_from([f"{actor_id}#main-key", f"{actor_id}/main-key", f"{actor_id}#ed25519-key"]), unique=True)
    pem = st.text("abc+/=", max_size=12).map(lambda body: f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    return Actor(
        id=actor_id,
        type=draw(st.sampled_from(sorted(ACTOR_TYPES))),
        inbox=draw(own_uris),
        handle=draw(st.none() | words),
        name=draw(maybe_texts),
        summary=draw(maybe_texts),
        url=draw(maybe_uris),
        outbox=draw(maybe_own_uris),
        followers=draw(maybe_own_uris),
        following=draw(maybe_own_uris),
        liked=draw(maybe_own_uris),
        featured=draw(maybe_own_uris),
        shared_inbox=draw(maybe_own_uris),
        icon=draw(st.none() | images),
        image=draw(st.none() | images),
        manually_approves_followers=draw(st.booleans()),
        discoverable=draw(st.booleans()),
        indexable=draw(st.booleans()),
        also_known_as=draw(several(uris, unique=True)),
        moved_to=draw(maybe_uris),
        published=draw(maybe_dates),
        fields=draw(several(st.builds(ProfileField, texts, texts))),
        public_keys=tuple(PublicKeyEntry(key_id, actor_id, draw(pem)) for key_id in draw(key_ids)),
        assertion_keys=tuple(MultikeyEntry(key_id, actor_id, draw(words)) for key_id in draw(key_ids)),
        webfinger=draw(st.none() | words.map(lambda word: f"{word}@sib.example")),
        implements=draw(several(uris, unique=True)),
    )


tombstones = st.builds(Tombstone, own_uris, maybe_dates)
