"""The roster: what the head office has said of each member, in signed statements that verify without asking anybody."""
