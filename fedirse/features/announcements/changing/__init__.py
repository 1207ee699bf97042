"""Publishing a later version of an announcement, or taking it back."""
