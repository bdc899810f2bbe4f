"""The phones of the account: who was rung when and why, and which of those rings should never have been."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from incidentbot.playground.pagerduty.account import PagerUser, Urgency
from incidentbot.playground.pagerduty.incidents import Cause


class Reason(StrEnum):
    """Why a phone rings."""

    TRIGGERED = "triggered"
    ESCALATED = "escalated"
    REASSIGNED = "reassigned"
    RESPONDER = "responder"


@dataclass(frozen=True, slots=True)
class Ring:
    """One phone rang once. `key` is the incident's `incident_key`, which is the event's `dedup_key`."""

    at: datetime
    user: PagerUser
    incident_id: str
    key: str
    summary: str
    urgency: Urgency
    service: str
    routing_key: str
    reason: Reason
    cause: Cause


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody, or the bot, acknowledged or resolved this key."""

    key: str


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A person, or PagerDuty's clock, took the answer back: the key may ring again."""

    key: str


def _itself(key: str) -> str:
    return key


class Phone:
    """Every ring in the order it happened."""

    def __init__(self) -> None:
        self._journal: list[Ring | Answered | AskedAgain] = []

    @property
    def rings(self) -> list[Ring]:
        """All rings, oldest first."""
        return [entry for entry in self._journal if isinstance(entry, Ring)]

    def of(self, who: PagerUser) -> list[Ring]:
        """The rings of one person."""
        return [ring for ring in self.rings if ring.user.id == who.id]

    def write(self, entry: Ring | Answered | AskedAgain) -> None:
        """Let it ring, or note that a key was answered or asks again."""
        self._journal.append(entry)

    def late(self, grouped_by: Callable[[str], str] = _itself) -> list[Ring]:
        """The rings made by a program for a key that had already been answered.

        grouped_by: turns a key into what an answer is good for; by default each key stands alone, so pass
            one that drops the rung where an answer to one rung silences all.
        Responder requests count too: leave out that reason where somebody had typed the page.
        A person who rings others from PagerDuty's own app, and PagerDuty's own timers, are never late.
        Order counts, not the clock: a still clock changes nothing.
        """
        answered: set[str] = set()
        late: list[Ring] = []
        for entry in self._journal:
            group = grouped_by(entry.key)
            match entry:
                case Answered():
                    answered.add(group)
                case AskedAgain():
                    answered.discard(group)
                case Ring() if entry.cause is Cause.API and group in answered:
                    late.append(entry)
                case _:
                    pass
        return late
