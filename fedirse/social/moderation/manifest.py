"""What a site refuses from others."""

from fedirse.slice import Slice
from fedirse.social.moderation.commands import block

SLICE = Slice(name="moderation", commands=(("block", block),))
