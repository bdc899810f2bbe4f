"""`incidentbot` and `python -m incidentbot`: hands over to the shell commands."""

from incidentbot.cli.commands import main

if __name__ == "__main__":
    main()
