"""The imperative shell: reads, decides with the pure core, writes, looks again, remembers."""
