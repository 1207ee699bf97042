"""Asking somebody who is signed in who they are once more, before what matters most."""
