"""Squares that telephones read, as drawings."""

from io import BytesIO

from markupsafe import Markup

QUIET_MODULES = 4
"""The empty margin around the square that readers need (ISO/IEC 18004, 9.1)."""
_PIXELS_PER_MODULE = 12


def qr_svg(text: str) -> bytes:
    """The square of a text as an SVG document, black on white in dark pages too, because readers need it so."""
    import segno

    out = BytesIO()
    code = segno.make(text, micro=False)
    code.save(out, kind="svg", border=QUIET_MODULES, light="#ffffff", omitsize=True, svgclass=None, lineclass=None)
    return out.getvalue()


def qr_png(text: str) -> bytes:
    """The square of a text as a PNG picture, large enough to print."""
    import segno

    out = BytesIO()
    segno.make(text, micro=False).save(out, kind="png", border=QUIET_MODULES, scale=_PIXELS_PER_MODULE)
    return out.getvalue()


def qr_inline(text: str) -> Markup:
    """The same as an element to stand in a page. The text itself, or a link to it, must stand beside: not everybody sees it."""
    drawing = qr_svg(text).partition(b"<svg")[2].decode()
    # Made by us from numbers: nothing of the text is in it but black modules.
    return Markup(f'<svg class="qr" aria-hidden="true" focusable="false"{drawing}')  # noqa: S704
