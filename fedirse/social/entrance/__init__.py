"""How people get in, and how they stay the only ones who do: sign-in, links, second factors, passkeys."""
