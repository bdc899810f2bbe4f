"""What a group remembers of its alerts, so that a repetition is none. It is bounded: what asks for most stays longest.

An alert that finds no place is counted as left out: as many as are remembered fire then, and ask for as much.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.alerts.alert import Alert, AlertStatus, Change, News, Seen
from incidentbot.core.alerts.asking import NOTHING, Demand, demand, level_of_alert
from incidentbot.core.alerts.wording import named
from incidentbot.core.policy import Policy

MOST_SEEN = 2000
"""Alerts that a group remembers."""

MOST_TOLD = 5000
"""Alerts of one delivery that are kept."""

FORGOTTEN_AFTER = timedelta(days=7)
"""An alert that is over for so long is a new one when it fires."""


def fewer(news: News, policy: Policy) -> News:
    """A delivery with as many alerts as are kept: those that ask for most, the firing ones first. The rest is counted."""
    if len(news.alerts) <= MOST_TOLD:
        return news

    def matters(alert: Alert) -> tuple[Demand, bool]:
        return demand(policy, level_of_alert(policy, alert)), alert.status is AlertStatus.FIRING

    ranked = sorted(news.alerts, key=matters, reverse=True)
    left = sum(alert.status is AlertStatus.FIRING for alert in ranked[MOST_TOLD:])
    return replace(news, alerts=tuple(ranked[:MOST_TOLD]), left_out=news.left_out + left)


class Memory:
    """The alerts of one group while one delivery is heard."""

    def __init__(self, seen: Mapping[str, Seen], *, policy: Policy, now: datetime) -> None:
        self.seen = {key: one for key, one in seen.items() if not _forgotten(one, now)}
        self.left_out = 0
        self._policy = policy
        self._now = now
        self._spare: list[str] | None = None

    def hear(self, alert: Alert) -> Change | None:
        """What is new of it; None for a repetition, and for one that there is no place for."""
        before = self.seen.get(alert.fingerprint)
        level = level_of_alert(self._policy, alert)
        if before is None and not self._has_place(alert, level):
            self.left_out += alert.status is AlertStatus.FIRING
            return None
        change = self._change(alert, level, before)
        if before is None or change is not None:
            since = change.at if change else alert.ended_at or self._now
            since = before.since if before and change and change.worse else since
            self.seen[alert.fingerprint] = Seen(named(alert), alert.status, since, level)
        elif alert.status is AlertStatus.FIRING and before.level != level:
            self.seen[alert.fingerprint] = Seen(before.name, before.status, before.since, level)
        return change

    def _change(self, alert: Alert, level: str, before: Seen | None) -> Change | None:
        fires, now = alert.status is AlertStatus.FIRING, self._now
        if before is None:
            return Change(alert, _past(alert.began_at, now)) if fires else None
        if before.status is alert.status:
            return Change(alert, now, worse=True) if fires and self._is_worse(level, before) else None
        if not fires:
            return Change(alert, _past(alert.ended_at, now))
        began_at = _past(alert.began_at, now)
        return Change(alert, began_at if began_at > before.since else now, again=True)

    def _is_worse(self, level: str, before: Seen) -> bool:
        """A level that was not remembered yet, by an earlier version, is none to compare with."""
        return before.level is not None and self._asks(level) > self._asks(before.level)

    def _has_place(self, alert: Alert, level: str) -> bool:
        """Whether a new one can be remembered: one that fires takes the place of one that is over, or asks for less."""
        if len(self.seen) < MOST_SEEN:
            return True
        if alert.status is not AlertStatus.FIRING:
            return False
        if self._spare is None:
            self._spare = sorted(self.seen, key=self._worth, reverse=True)
        if not self._spare or self._worth(self._spare[-1])[:2] >= (True, self._asks(level)):
            return False
        del self.seen[self._spare.pop()]
        return True

    def _worth(self, key: str) -> tuple[bool, Demand, datetime]:
        """The least is forgotten first: what is over before what fires, what asks for less, what is so for longest."""
        one = self.seen[key]
        fires = one.status is AlertStatus.FIRING
        return fires, self._asks(one.level or "") if fires else NOTHING, one.since

    def _asks(self, level: str) -> Demand:
        return demand(self._policy, level)


def _past(at: datetime | None, now: datetime) -> datetime:
    """The sender's instant; a clock of theirs that is ahead of ours does not make it one to come."""
    return now if at is None else min(at, now)


def _forgotten(seen: Seen, now: datetime) -> bool:
    return seen.status is AlertStatus.RESOLVED and now - seen.since > FORGOTTEN_AFTER
