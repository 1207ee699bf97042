"""What a typed question asks for, how a post stands in the index, and how well the two fit. Pure."""

import re
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.posts.model import Post
from fedirse.social.search.model import Entry, Holding, Query
from fedirse.social.search.words.rules import GAP, SAY_NOTHING, Stemming, fold, guess_ending, split, stems

_PART: Final = re.compile(r'(-?)(?:"([^"]*)"|“([^”]*)”|«([^»]*)»|(\S+))')
_OPERATOR: Final = re.compile(r"([a-zà-ÿ]{2,7}):(.+)", re.IGNORECASE)
_TAG: Final = re.compile(r"#(\w+)")
_HANDLE: Final = re.compile(r"@?([\w.-]{1,64})(?:@([\w.:-]{1,255}))?", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_OPERATORS: Final = {
    "from": "from",
    "de": "from",
    "before": "before",
    "avant": "before",
    "after": "after",
    "apres": "after",
    "has": "has",
    "avec": "has",
    "lang": "lang",
    "langue": "lang",
}
_HOLDINGS: Final = {
    "photo": Holding.PHOTO,
    "photos": Holding.PHOTO,
    "image": Holding.PHOTO,
    "images": Holding.PHOTO,
    "file": Holding.FILE,
    "fichier": Holding.FILE,
    "files": Holding.FILE,
    "fichiers": Holding.FILE,
    "poll": Holding.POLL,
    "sondage": Holding.POLL,
}
_NUMBER_BITS: Final = 15
_TIERS: Final = 10


def parse_query(typed: str) -> Query:
    """What a typed question asks for. What is no operator, or one that cannot be, is read as words: nothing is an error.

    Operators: `"exact phrase"`, `-word`, `from:@handle`, `#tag`, `before:2026-01-31`, `after:…`, `has:photo|file|poll`, `lang:fr`; in
    French `de:`, `avant:`, `après:`, `avec:photo|fichier|sondage`, `langue:`.
    """
    found = _Parts()
    for part in list(_PART.finditer(typed[: limits.SEARCH_QUERY_CHARACTERS]))[: limits.SEARCH_TERMS]:
        minus, *quoted, bare = part.groups()
        phrase = next((text for text in quoted if text is not None), None)
        if phrase is not None:
            found.add_words(phrase, excluded=bool(minus), together=True)
        elif minus or not _add_operator(found, bare):
            found.add_words(bare, excluded=bool(minus), together=False)
    return found.query()


class _Parts:
    """Gathers a Query."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.lists: dict[str, list[object]] = {}
        self.days: dict[str, date] = {}

    def add(self, name: str, value: object) -> None:
        values = self.lists.setdefault(name, [])
        if value not in values:
            values.append(value)

    def add_words(self, text: str, *, excluded: bool, together: bool) -> None:
        """What was typed in one piece; `après-midi` is two words that follow each other."""
        words = tuple(split(text))
        if excluded and words:
            self.add("without", words)
        elif len(words) > 1 or (together and words):
            self.add("phrases", words)
        elif words:
            self.words.append(words[0])

    def query(self) -> Query:
        said = [word for word in self.words if word not in SAY_NOTHING] or ([] if self.lists.keys() - {"without"} else self.words)
        return Query(tuple(dict.fromkeys(said)), **{name: tuple(values) for name, values in self.lists.items()}, **self.days)  # type: ignore[arg-type]


def _add_operator(found: _Parts, text: str) -> bool:
    """Whether the text is an operator with something it can mean; then it is added."""
    if tag := _TAG.fullmatch(text):
        found.add("tags", fold(tag[1]))
        return True
    operator = _OPERATOR.fullmatch(text)
    name = _OPERATORS.get(fold(operator[1])) if operator else None
    if operator is None or name is None:
        return False
    value = operator[2]
    if name == "from" and (handle := _HANDLE.fullmatch(value)):
        found.add("authors", (handle[1], (handle[2] or "").lower()))
    elif name == "has" and fold(value) in _HOLDINGS:
        found.add("holdings", _HOLDINGS[fold(value)])
    elif name == "lang" and _LANGUAGE.fullmatch(value.lower()):
        found.add("languages", value.lower())
    elif name in {"before", "after"} and (day := _day(value)):
        found.days[name] = day
    else:
        return False
    return True


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def make_entry(post: Post, author: StoredActor, texts: Iterable[tuple[str, str]], recipients: Iterable[str], stemming: Stemming) -> Entry:
    """A post as it stands in the index.

    Args:
        post: the post.
        author: who wrote it.
        texts: (language tag, plain text) of what it says in each of its languages, its own first.
        recipients: ids of the actors it is for by name.
        stemming: takes endings off.
    """
    options = [option.name for option in post.poll.options] if post.poll else []
    besides = [post.warning, *(file.alt for file in post.attachments), *options]
    body = [(tag, split(text[: limits.CONTENT_BYTES])) for tag, text in (*texts, *((post.language, text) for text in besides))]
    versions = [(tag, split(version.title)) for tag, version in post.translations.items() if version.title]
    titles = [(post.language, split(post.title)), *versions]
    own = guess_ending(post.language, [word for tag, field in (*titles, *body) if tag == post.language for word in field])
    names = [fold(word) for text in (author.name, author.handle) for word in split(text)]

    def stemmed(tag: str, field: Iterable[str]) -> list[str]:
        return [*stems(stemming, field, own if tag == post.language else guess_ending(tag, ())), GAP]

    tags = [(post.language, split(tag)) for tag in post.tags]
    head = [word for tag, field in (*titles, *tags) for word in stemmed(tag, field)]
    words = [*head, *(word for tag, field in body if field for word in stemmed(tag, field))]
    # Names come last but always get in, however long the post is.
    kept = [*words[: limits.SEARCH_WORDS_PER_POST - len(names) - 1], GAP, *names]
    return Entry(tuple(kept), min(len(head), len(kept)), tuple(_marks(post, recipients)))


def _marks(post: Post, recipients: Iterable[str]) -> Iterable[str]:
    yield _mark("by", post.actor_id)
    yield from (_mark("to", actor_id) for actor_id in recipients)
    if post.audience.kind is not AudienceKind.DIRECT:
        yield _mark("for", "several")
    if post.audience.kind is AudienceKind.PUBLIC and post.audience.listed:
        yield _mark("for", "everybody")
    yield from (_mark("tag", fold(tag)) for tag in post.tags)
    yield from {_mark("has", Holding.PHOTO if file.media_type.startswith("image/") else Holding.FILE) for file in post.attachments}
    if post.poll is not None:
        yield _mark("has", Holding.POLL)
    yield from {_mark("lang", tag.partition("-")[0]) for tag in (post.language, *post.translations) if tag}


def _mark(kind: str, value: str) -> str:
    return f"{kind}:{value}".lower()


def name_words(actor: StoredActor) -> set[str]:
    """Everything that somebody may begin to type who looks for an actor by name, folded."""
    return {fold(word) for text in (actor.name, actor.handle) for word in split(text)} | {fold(actor.handle)}


def number_of(post_id: str, sorts_at: datetime) -> int:
    """The number under which a post stands in the index: it sorts by when the post was published, like the id.

    Two posts of one millisecond may get the same; the later one then takes the next that is free.

    Args:
        post_id: the post.
        sorts_at: the instant in its id.
    """
    return _number_at(sorts_at) | (zlib.crc32(post_id.encode()) & ((1 << _NUMBER_BITS) - 1))


def numbers_between(after: date | None, before: date | None) -> tuple[int, int]:
    """The lowest number and the one behind the highest of posts published after the one day and before the other (UTC)."""
    lowest = _first_number(after + timedelta(days=1)) if after and after < date.max else 0 if after is None else 1 << 62
    return lowest, _first_number(before) if before else 1 << 62


def _first_number(day: date) -> int:
    return _number_at(datetime.combine(day, time(), UTC))


def _number_at(instant: datetime) -> int:
    return max(round(instant.timestamp() * 1000), 0) << _NUMBER_BITS


def render_match(query: Query, author_ids: Sequence[Sequence[str]], reader: Reader, stemming: Stemming) -> str:
    """The question in the language of FTS5 (https://www.sqlite.org/fts5.html, section 3), with what the reader cannot read left out.

    That leaving out only saves work: which of the rows the reader may read is decided by `audiences.store.readable`.

    Args:
        query: the question; it must ask something.
        author_ids: for each of its authors the actors that are meant.
        reader: who asks.
        stemming: takes endings off.
    """
    clauses = [_column("words", [_quote(form) for form in stemming.forms(word)]) for word in query.words]
    clauses += [_phrase(phrase, stemming) for phrase in query.phrases]
    clauses += [_column("marks", [_quote(_mark("by", actor_id)) for actor_id in ids or ["nobody"]]) for ids in author_ids]
    clauses += [_column("marks", [_quote(_mark("tag", tag))]) for tag in query.tags]
    clauses += [_column("marks", [_quote(_mark("has", holding))]) for holding in query.holdings]
    if query.languages:
        clauses.append(_column("marks", [_quote(_mark("lang", language)) for language in query.languages]))
    clauses.append(_column("marks", [_quote(mark) for mark in _readable_marks(reader)]))
    match = " AND ".join(clauses)
    return f"({match})" + "".join(f" NOT {_phrase(words, stemming)}" for words in query.without)


def _readable_marks(reader: Reader) -> list[str]:
    if reader.actor_id is None:
        return [_mark("for", "everybody")]
    return [_mark("for", "several"), _mark("by", reader.actor_id), _mark("to", reader.actor_id)]


def _phrase(words: Sequence[str], stemming: Stemming) -> str:
    as_typed = [fold(word) for word in words]
    french, english = stems(stemming, words, "french"), stems(stemming, words, "english")
    return _column("words", list(dict.fromkeys(_quote(" ".join(forms)) for forms in (as_typed, french, english))))


def _column(name: str, strings: Sequence[str]) -> str:
    return f"({name} : ({' OR '.join(strings)}))"


def _quote(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def asked_forms(query: Query, stemming: Stemming) -> list[frozenset[str]]:
    """What each asked word may be in the index, in the order asked; those of phrases too."""
    words = [*query.words, *(word for phrase in query.phrases for word in phrase)]
    return [frozenset(stemming.forms(word)) for word in words]


def relevance(words: Sequence[str], head: int, asked: Sequence[frozenset[str]]) -> int:
    """How well a post that has all the asked words fits, from 0 to 9.

    Half of it for words in the title or tags, the rest for how much of the text they are and whether they stand together. Coarse, so
    that among posts that fit about equally the newest comes first; and made from this post alone, so that no other shows through it.
    """
    if not asked:
        return 0
    body = words[head:]
    in_head = sum(any(word in forms for word in words[:head]) for forms in asked) / len(asked)
    density = sum(_density(sum(word in forms for word in body), len(body)) for forms in asked) / len(asked)
    together = 1.0 if len(asked) > 1 and _stand_together(words, asked) else 0.0
    score = 0.5 * in_head + 0.3 * density + 0.2 * together if len(asked) > 1 else 0.6 * in_head + 0.4 * density
    return min(int(score * _TIERS), _TIERS - 1)


def _density(times: int, length: int) -> float:
    return times / (times + 0.5 + length / 100)


def _stand_together(words: Sequence[str], asked: Sequence[frozenset[str]]) -> bool:
    starts = range(len(words) - len(asked) + 1)
    return any(all(words[start + at] in forms for at, forms in enumerate(asked)) for start in starts if words[start] in asked[0])


def rank_key(tier: int, post_id: str) -> str:
    """What results are sorted by, highest first, and where the next page begins."""
    return f"{tier}{post_id}"
