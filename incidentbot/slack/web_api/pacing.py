"""The pauses Slack asked for: a method that was called too often is left alone until its time. Calls nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from incidentbot.clock import SystemClock
from incidentbot.slack.web_api.scopes import Method

NEVER = datetime.min.replace(tzinfo=UTC)


class Pauses:
    """Kept for each method, and for posts for each channel: Slack counts those apart (docs.slack.dev, rate limits)."""

    def __init__(self) -> None:
        self.now: Callable[[], datetime] = SystemClock().now
        self._until: dict[tuple[Method, str], datetime] = {}

    def asked(self, method: Method, channel: str, pause_s: float) -> None:
        """Slack asked for a pause."""
        self._until[_counted(method, channel)] = self.now() + timedelta(seconds=pause_s)

    def left_s(self, method: Method, channel: str) -> float:
        """How long this call must still wait; 0 when it may go out."""
        until = self._until.get(_counted(method, channel), NEVER)
        return max(0.0, (until - self.now()).total_seconds())


def _counted(method: Method, channel: str) -> tuple[Method, str]:
    return method, channel if method is Method.POST else ""
