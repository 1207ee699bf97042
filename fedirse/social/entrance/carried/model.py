"""A form that waits for its sender to sign in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Carried:
    """A form on its way through a sign-in.

    Attributes:
        path: where it was sent to.
        fields: what was typed, in order; a name may come several times.
        lost_files: whether files came with it, which cannot be carried.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    lost_files: bool = False

    @property
    def longest(self) -> str:
        """The longest text of it, by which people recognise what they wrote."""
        return max((value for _, value in self.fields), key=len, default="")
