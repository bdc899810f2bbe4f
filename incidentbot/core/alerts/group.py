"""What of a delivery is new: a group of alerts remembers each of its alerts, so that a repetition changes nothing.

Deliveries of a group come in the order in which they were stored. An alert that is told to fire while it fires, or to
be over while it is over, is a repetition, whatever else its sender changed: unless it asks for more than it did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.alerts.alert import Alert, AlertGroup, AlertStatus, Change, News
from incidentbot.core.alerts.asking import Demand, demand, level_of_alert
from incidentbot.core.alerts.memory import Memory
from incidentbot.core.policy import Policy

MOST_UNTOLD = 1000

PACE, SLOW_PACE = timedelta(minutes=1), timedelta(minutes=10)
"""Between two lines about one group; the slower one once BRISK_LINES were said without an hour of quiet."""

BRISK_LINES = 10
QUIET = timedelta(hours=1)


def heard(group: AlertGroup, news: News, now: datetime, *, policy: Policy) -> AlertGroup:
    """The group after a delivery: what changed stands at the end of `untold`, what asks for most first."""
    memory = Memory(group.seen, policy=policy, now=now)

    def asks(alert: Alert) -> Demand:
        return demand(policy, level_of_alert(policy, alert))

    told_now = [memory.hear(alert) for alert in sorted(news.alerts, key=asks, reverse=True)]
    untold = (*group.untold, *(change for change in told_now if change is not None))
    return replace(
        group,
        title=news.title or group.title,
        link=news.link or group.link,
        kind=news.kind or group.kind,
        seen=memory.seen,
        left_out=news.left_out + memory.left_out,
        untold=_most_asked(untold, policy),
        untold_more=group.untold_more + max(0, len(untold) - MOST_UNTOLD),
    )


def may_speak_at(group: AlertGroup) -> datetime | None:
    """When the next line about this group may be said, None: at once."""
    if group.told_at is None:
        return None
    return group.told_at + (PACE if group.lines < BRISK_LINES else SLOW_PACE)


def released(group: AlertGroup) -> AlertGroup:
    """The group once maintenance is over: what was held back and still fires is to be told anew."""
    latest = {change.alert.fingerprint: change for change in group.held}
    firing = {key for key, one in group.seen.items() if one.status is AlertStatus.FIRING}
    still = tuple(change for key, change in latest.items() if key in firing)
    return replace(group, held=(), untold=(*still, *group.untold))


def told(group: AlertGroup, now: datetime, *, changes: int, held: bool = False) -> AlertGroup:
    """The group once the first so many untold changes were said, and the rest were counted.

    held: said during maintenance, and to be looked at again when that is over.
    """
    calm = group.told_at is None or now - group.told_at > QUIET
    return replace(
        group,
        untold=group.untold[changes:],
        untold_more=0,
        held=_held(group, group.untold[:changes]) if held else group.held,
        told_at=now,
        lines=1 if calm else group.lines + 1,
        posting_since=None,
        posts=group.posts + 1,
    )


def _held(group: AlertGroup, said: Iterable[Change]) -> tuple[Change, ...]:
    began = (change for change in said if change.alert.status is AlertStatus.FIRING)
    return tuple({change.alert.fingerprint: change for change in (*group.held, *began)}.values())


def _most_asked(untold: Sequence[Change], policy: Policy) -> tuple[Change, ...]:
    """As many as may wait, in their order: what asks for more before what asks for less, the earlier before the later."""
    if len(untold) <= MOST_UNTOLD:
        return tuple(untold)
    asked = [demand(policy, level_of_alert(policy, change.alert)) for change in untold]
    kept = sorted(range(len(untold)), key=lambda place: asked[place], reverse=True)[:MOST_UNTOLD]
    return tuple(untold[place] for place in sorted(kept))
