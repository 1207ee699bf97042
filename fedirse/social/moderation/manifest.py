"""What a site refuses from others."""

from fedirse.slice import Slice
from fedirse.social.moderation.blocks.commands import allow, block

SLICE = Slice(name="moderation", commands=(("block", block), ("allow", allow)))
