"""Everything that is deployed but the functions themselves; knows nothing of the Functions host."""
