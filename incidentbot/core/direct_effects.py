"""The effect that asks one person directly whether they are still on it, and takes the question back. Pages: effects.py."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskDirect:
    """Ask one person directly in Slack whether they are still on it. `name` tells questions apart.

    over: the question of this name has ended; what was asked then says so by `text`, and has no button any more.
    """

    name: str
    user: str
    text: str
    over: bool = False

    @property
    def lane(self) -> str:
        """One lane for each person."""
        return f"ask:{self.user}"

    @property
    def key(self) -> str:
        """Once for each question and person, and once for its end."""
        return f"ask:{self.name}:{self.user}{':over' if self.over else ''}"
