"""Texts for people, where they are written down before anybody's language is known."""


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools know
    """Marks a text that is translated only when it is shown."""
    return message
