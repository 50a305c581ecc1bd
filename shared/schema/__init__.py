"""Whether the two environments are what the maps say of them: pure comparisons of declarations with metadata."""
