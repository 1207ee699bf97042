"""What each of the people of a site wants to be mailed of announcements, and who can be mailed at all."""
