"""Files that people upload. Their routes need to know who may read what they belong to: see `pages.media_routes`."""

from fedirse.slice import JobKind, Slice
from fedirse.social.media.actions import SWEEP_MEDIA
from fedirse.social.media.cache.pages import ROUTES
from fedirse.social.media.jobs import sweep_media

SLICE = Slice(name="media", pages=ROUTES, jobs=(JobKind(SWEEP_MEDIA, sweep_media),))
