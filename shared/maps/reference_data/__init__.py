"""Reference data: what the six components look up."""
