"""Where runbooks are looked for when no folder is named. Looks at folders, reads none."""

from pathlib import Path

HERE = Path("runbooks")
"""The default of INCIDENTBOT_RUNBOOKS: beside where the bot is started."""

_PACKAGE = Path(__file__).parent.parent.parent
SHIPPED = (_PACKAGE.parent / "runbooks", _PACKAGE / "_runbooks")
"""The runbooks that come with the bot: in the work tree, or in the installed package."""


def shipped_folder() -> Path:
    """The folder of the shipped runbooks."""
    return next((folder for folder in SHIPPED if folder.is_dir()), SHIPPED[0])


def folder_or_shipped(named: Path) -> Path:
    """The folder that was named; the shipped ones where nothing was named and there is none here."""
    return named if named != HERE or named.is_dir() else shipped_folder()
