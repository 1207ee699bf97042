"""What somebody had typed when their session turned out to have ended: kept through the sign-in, then sent."""
