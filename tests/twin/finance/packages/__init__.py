"""Data packages: the blob container they are put into, what is in one, and the jobs that import them."""
