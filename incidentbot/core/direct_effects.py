"""What people are asked and reminded of directly, each on their own. Pages and their messages: effects.py. Plain data."""

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


@dataclass(frozen=True, slots=True)
class RemindDirect:
    """Remind one person directly in Slack, or whoever has a role when it is told. `name` tells reminders apart.

    about: what is left to do, "review" or "action:<number>"; what is settled meanwhile, nobody is reminded of.
    """

    name: str
    about: str
    text: str
    user: str = ""
    role: str = ""

    @property
    def lane(self) -> str:
        """One lane for each of them: somebody who cannot be written to holds nobody else's reminder."""
        return f"remind:{self.user or self.role}"

    @property
    def key(self) -> str:
        """Once for each reminder and who gets it."""
        return f"remind:{self.name}:{self.user or self.role}"


DirectEffect = AskDirect | RemindDirect
