"""Decisions about partner channels. Pure."""

from fedirse.base.errors import Refused
from fedirse.social.follows.channels.model import Channel


def check_is_open(channel: Channel | None) -> None:
    """Raises Refused for a channel that was closed: nothing is written there any more. None is no channel, and always open."""
    if channel is not None and not channel.is_open:
        raise Refused(
            f"channel {channel.actor_id} is closed",
            reason="channel-closed",
            public_message="This channel is closed: nothing is written in it any more.",
        )
