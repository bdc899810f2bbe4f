"""What people are given as a file in the room: a step's long commands, the post-mortem. Plain data."""

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


FileEffect = ShareCommands | ShareDraft
