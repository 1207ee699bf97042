"""Passkeys: signing in with what unlocks one's telephone or computer."""
