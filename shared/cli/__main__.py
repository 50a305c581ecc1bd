"""`python -m shared.cli`."""

from shared.cli.app import app

if __name__ == "__main__":
    app(prog_name="python -m shared.cli")
