"""What concerns somebody: who answered, mentioned, followed, liked; the page behind the bell."""
