"""What people must be told of a run beside its card: long commands as a file. Plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShareCommands:
    """Put the commands of a step that are too long for its card into the room as a file."""

    run: str
    step: str
    lane: str = "files"

    @property
    def key(self) -> str:
        """Once for each step of a run; its file's name is made of it."""
        return f"commands:{self.run}:{self.step}"
