"""What of a post may still go out: to other servers, to who asks for its activities, to who asks for its files."""
