"""What people are given in the room to read: a step's long commands and the post-mortem as files, its canvas. Plain data."""

from dataclasses import dataclass

FILES_LANE = "files"


@dataclass(frozen=True, slots=True)
class ShareCommands:
    """Put the commands of a step that are too long for its card into the room as a file."""

    run: str
    step: str
    lane: str = FILES_LANE

    @property
    def key(self) -> str:
        """Once for each step of a run; its file's name is made of it."""
        return f"commands:{self.run}:{self.step}"


@dataclass(frozen=True, slots=True)
class ShareDraft:
    """Put the post-mortem, as it reads when this is told, into the room as a file. `name` tells one time from another."""

    name: str
    said: str
    lane: str = FILES_LANE

    @property
    def key(self) -> str:
        """Once for each name; its file's name is made of it."""
        return f"draft:{self.name}"


@dataclass(frozen=True, slots=True)
class ShowCanvas:
    """Bring the room's canvas up to date with the post-mortem as it reads then; where there is none yet, make it."""

    lane: str = "canvas"
    key: str = "canvas"


FileEffect = ShareCommands | ShareDraft | ShowCanvas
