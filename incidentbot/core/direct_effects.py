"""The effect that asks one person directly whether they are still on it. Messages about pages are in effects.py."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskDirect:
    """Ask one person directly in Slack whether they are still on it. `name` tells questions apart."""

    name: str
    user: str
    text: str

    @property
    def lane(self) -> str:
        """One lane for each person."""
        return f"ask:{self.user}"

    @property
    def key(self) -> str:
        """Once for each question and person."""
        return f"ask:{self.name}:{self.user}"
