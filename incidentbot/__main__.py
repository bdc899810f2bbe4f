"""`incidentbot` and `python -m incidentbot`: hands over to the shell commands."""

import gc


def main() -> None:
    """Run what was typed. While it is imported nothing becomes garbage: looking for some takes 0.3 s of a start."""
    gc.disable()
    from incidentbot.cli.commands import main as run  # noqa: PLC0415 - not before the collector rests

    gc.enable()
    run()


if __name__ == "__main__":
    main()
