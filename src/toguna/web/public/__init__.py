"""What the public says: what should count most in doubt, what it thinks of contributions, and why; nothing of who."""
