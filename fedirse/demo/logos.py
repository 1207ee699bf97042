"""The logos of the demo's sites, drawn from a few shapes in the site's own colours. Pure."""

from fedirse.demo.cast import Look

LOGO_FILE = "logo.svg"

# On a square of 96: {ink} is the accent, {ground} the main colour, {paper} white.
_EMBLEMS = {
    "table": (
        '<path d="M18 40h60v8H18z" fill="{ink}"/><path d="M26 48h6v26h-6zM64 48h6v26h-6z" fill="{paper}"/>'
        '<circle cx="38" cy="32" r="6" fill="{paper}"/><circle cx="58" cy="32" r="6" fill="{paper}"/>'
    ),
    "lion": (
        '<circle cx="48" cy="48" r="28" fill="{ink}"/><circle cx="48" cy="50" r="17" fill="{paper}"/>'
        '<path d="M41 47h4v4h-4zM51 47h4v4h-4zM44 56h8l-4 5z" fill="{ground}"/>'
    ),
    "waves": (
        '<path d="M16 40q8-10 16 0t16 0 16 0 16 0" fill="none" stroke="{paper}" stroke-width="6"/>'
        '<path d="M16 56q8-10 16 0t16 0 16 0 16 0" fill="none" stroke="{ink}" stroke-width="6"/>'
        '<path d="M16 72q8-10 16 0t16 0 16 0 16 0" fill="none" stroke="{paper}" stroke-width="6"/>'
    ),
    "gable": (
        '<path d="M26 76V44h7v-9h8v-9h14v9h8v9h7v32z" fill="{ink}"/>'
        '<path d="M42 76V60a6 6 0 0 1 12 0v16zM36 46h6v7h-6zM54 46h6v7h-6z" fill="{ground}"/>'
    ),
    "carafe": (
        '<path d="M41 18h14v18c12 5 17 14 17 24 0 11-10 18-24 18s-24-7-24-18c0-10 5-19 17-24z" fill="{paper}"/>'
        '<path d="M27 54h42c3 14-6 21-21 21s-24-7-21-21z" fill="{ink}"/>'
    ),
    "star": (
        '<path d="M48 16l8 20 20-8-8 20 8 20-20-8-8 20-8-20-20 8 8-20-8-20 20 8z" fill="{ink}"/>'
        '<circle cx="48" cy="48" r="8" fill="{paper}"/>'
    ),
    "glass": (
        '<path d="M30 20h36c2 20-5 32-14 34v16h12v6H32v-6h12V54c-9-2-16-14-14-34z" fill="{paper}"/>'
        '<path d="M31 34h34c-2 12-8 17-17 17s-15-5-17-17z" fill="{ink}"/>'
    ),
}


def draw_logo(look: Look) -> str:
    """The logo as an SVG document. Raises KeyError for an emblem that nobody has drawn."""
    emblem = _EMBLEMS[look.emblem].format(ink=look.accent, ground=look.colour, paper="#ffffff")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">'
        f'<rect width="96" height="96" rx="20" fill="{look.colour}"/>'
        f'<g transform="translate(48 48) scale(1.25) translate(-48 -48)">{emblem}</g></svg>\n'
    )
