"""Which priority of the account means which severity, one to one. Answers from memory; where it is unsure it says nothing.

An account names its priorities as it likes, and "P1" is the first of some and the second of others. So a scheme counts
only where the account has its first name.
"""

from collections.abc import Mapping
from typing import Any

from incidentbot.core.policy import Severity
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.pagerduty.shifts import Read

SCHEMES: tuple[tuple[str, ...], ...] = (("P0", "P1", "P2", "P3"), ("SEV1", "SEV2", "SEV3", "SEV4"))
"""Names of the four severities, the worst first."""

STARTS_LOWER = {"SEV1": "SEV0"}
"""A scheme that has this name, too, begins a level earlier and is another one."""


class Priorities:
    """The account's priorities, as they were last read."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._ids: Mapping[Severity, str] = {}

    async def refresh(self) -> None:
        """Ask anew. An account without the feature has none; what cannot be asked now stays as it was."""
        try:
            body = await self._read("/priorities", {"limit": "100"})
        except TryLater:
            return
        except GiveUp:
            body = {}
        self._ids = _by_severity(body)

    def of(self, severity: Severity) -> str:
        """PagerDuty's id of the priority that means this severity, "" where none does."""
        return self._ids.get(severity, "")

    def meant_by(self, priority: str) -> Severity | None:
        """The severity that a priority (its id) means."""
        return next((severity for severity, named in self._ids.items() if named == priority), None)


def _by_severity(body: Mapping[str, Any]) -> Mapping[Severity, str]:
    ids = {_folded(str(each.get("name", ""))): str(each["id"]) for each in body.get("priorities", ())}
    for scheme in SCHEMES:
        if scheme[0] in ids and STARTS_LOWER.get(scheme[0]) not in ids:
            named = zip(Severity, scheme, strict=True)
            return {severity: ids[name] for severity, name in named if name in ids}
    return {}


def _folded(name: str) -> str:
    """SEV-1, Sev 1 and sev1 are one name."""
    return "".join(sign for sign in name.upper() if sign.isalnum())
