"""Choice ↔ condition. Pure."""

from fedirse.social.network.segments.model import AllOf, Among, AnyOf, Choice, Condition, Except, Has, Within


def condition_of(choice: Choice) -> Condition:
    """Who is meant. Nothing chosen at all means every member; only single members chosen means these alone."""
    parts: list[Condition] = [Has(attribute, values) for attribute, values in sorted(choice.wanted.items()) if values]
    if choice.within:
        parts.append(AnyOf(tuple(Within(segment) for segment in sorted(choice.within))))
    selected: Condition = AllOf(tuple(parts))
    if choice.also:
        selected = AnyOf((selected, Among(choice.also))) if parts else Among(choice.also)
    out: list[Condition] = [Except(Within(segment)) for segment in sorted(choice.without)]
    if choice.never:
        out.append(Except(Among(choice.never)))
    return AllOf((selected, *out)) if out else selected


def choice_of(condition: Condition) -> Choice | None:
    """The choice that a condition was made of; None for one that no choice makes."""
    selected, out = _split(condition)
    also = frozenset[str]()
    parts: tuple[Condition, ...] = ()
    match selected:
        case Among(members):
            also = members
        case AnyOf((AllOf(found), Among(members))):
            parts, also = found, members
        case AllOf(found):
            parts = found
        case _:
            return None
    choice = Choice(
        wanted={part.attribute: part.values for part in parts if isinstance(part, Has)},
        within=_within(parts),
        without=frozenset(part.part.segment for part in out if isinstance(part.part, Within)),
        also=also,
        never=frozenset(member for part in out if isinstance(part.part, Among) for member in part.part.members),
    )
    return choice if condition_of(choice) == condition else None


def _split(condition: Condition) -> tuple[Condition, tuple[Except, ...]]:
    """What is selected, and what is taken away from it."""
    if isinstance(condition, AllOf) and len(condition.parts) > 1:
        first, *rest = condition.parts
        taken = tuple(part for part in rest if isinstance(part, Except))
        if len(taken) == len(rest) and isinstance(first, AllOf | AnyOf | Among):
            return first, taken
    return condition, ()


def _within(parts: tuple[Condition, ...]) -> frozenset[str]:
    found = [part for part in parts if isinstance(part, AnyOf)]
    return frozenset(inner.segment for part in found for inner in part.parts if isinstance(inner, Within))
