"""Levels that senders give and the profile does not know: each is named once, for health. Refuses nothing."""

from collections.abc import Iterable

from incidentbot.core.alerts.alert import Alert, AlertStatus
from incidentbot.core.alerts.asking import level_of_alert
from incidentbot.core.policy import Policy

MOST = 10
"""Words that are remembered: a sender that makes up a new one each time fills no memory."""


class StrangeLevels:
    """The words, in the order they came, since the start."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def note(self, alerts: Iterable[Alert], policy: Policy) -> None:
        """Remember what fires and asks for something that the profile has no name for."""
        for alert in alerts:
            is_strange = (
                alert.status is AlertStatus.FIRING and alert.level and not level_of_alert(policy, alert)
            )
            if is_strange and len(self._words) < MOST:
                self._words.setdefault(alert.level.casefold(), alert.level)

    def notice(self) -> str:
        """A sentence that names them, "" where there is none."""
        if not self._words:
            return ""
        words = ", ".join(f"“{word}”" for word in self._words.values())
        return f"Alerts came of a level that the profile names nowhere, and opened nothing: {words}. Name it under `alerts`."
