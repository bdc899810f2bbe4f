"""Effects on the pager's incident that ring nobody: a note, the priority. What rings and answers is in effects.py."""

from dataclasses import dataclass

PAGER_LANE = "pager:"
"""How the lanes of pages and of their answers begin: they go before all else."""


@dataclass(frozen=True, slots=True)
class NotePage:
    """Write a person's note on the pager's incident that this page rang. `name` tells notes apart."""

    page: str
    role: str
    by: str
    text: str
    name: str
    lane: str = "pager-notes"

    @property
    def key(self) -> str:
        """Once for each name."""
        return f"pager-note:{self.name}"


@dataclass(frozen=True, slots=True)
class ShowPriority:
    """Bring the priority of the pager's incident up to date with the severity, where a priority has its name."""

    lane: str = "pager-priority"
    key: str = "pager-priority"


PagerEffect = NotePage | ShowPriority


def of_look(look: int) -> str:
    """What it adds to the key of an answer. look: 0 for the answer itself, else which look after it.

    A page that was cut off may have landed only since then.
    """
    return f":look-{look}" if look else ""
