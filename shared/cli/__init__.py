"""The command line, `python -m shared.cli`: for a laptop or a pipeline. Nothing that is deployed imports it."""
