"""Where runbooks are looked for when no folder is named. Looks at folders, reads none."""

import os  # only for the separator between folders
from pathlib import Path

HERE = Path("runbooks")
"""The default of INCIDENTBOT_RUNBOOKS: beside where the bot is started."""

_PACKAGE = Path(__file__).parent.parent.parent
SHIPPED = (_PACKAGE.parent / "runbooks", _PACKAGE / "_runbooks")
"""The runbooks that come with the bot: in the work tree, or in the installed package."""


def shipped_folder() -> Path:
    """The folder of the shipped runbooks."""
    return next((folder for folder in SHIPPED if folder.is_dir()), SHIPPED[0])


def folders_or_shipped(named: Path) -> tuple[Path, ...]:
    """The folders that were named; the shipped one where nothing was named and there is none here.

    named: one folder, or several with the system's separator between them (`:`, on Windows `;`).
    """
    if named == HERE and not named.is_dir():
        return (shipped_folder(),)
    return tuple(Path(part) for part in str(named).split(os.pathsep) if part) or (named,)
