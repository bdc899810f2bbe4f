"""What of a delivery is new: a group of alerts remembers each of its alerts, so that a repetition changes nothing.

Deliveries of a group come in the order in which they were stored. An alert that is told to fire while it fires, or to
be over while it is over, is a repetition, whatever else its sender changed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.alerts.alert import Alert, AlertGroup, AlertStatus, Change, News, Seen

MOST_SEEN = 2000
"""Alerts that a group remembers; firing ones beyond that count as left out."""

MOST_UNTOLD = 1000
FORGOTTEN_AFTER = timedelta(days=7)
"""An alert that is over for so long is a new one when it fires."""

PACE, SLOW_PACE = timedelta(minutes=1), timedelta(minutes=10)
"""Between two lines about one group; the slower one once BRISK_LINES were said without an hour of quiet."""

BRISK_LINES = 10
QUIET = timedelta(hours=1)


def heard(group: AlertGroup, news: News, now: datetime) -> AlertGroup:
    """The group after a delivery: what changed stands at the end of `untold`."""
    seen = {key: one for key, one in group.seen.items() if not _forgotten(one, now)}
    changes: list[Change] = []
    unseen = 0
    for alert in news.alerts:
        before = seen.get(alert.fingerprint)
        if before is None and len(seen) >= MOST_SEEN:
            unseen += alert.status is AlertStatus.FIRING
            continue
        change = _change(alert, before, now)
        if change is not None:
            changes.append(change)
        if change is not None or before is None:
            since = change.at if change else alert.ended_at or now
            seen[alert.fingerprint] = Seen(named(alert), alert.status, since)
    untold = (*group.untold, *changes)
    return replace(
        group,
        title=news.title or group.title,
        link=news.link or group.link,
        kind=news.kind or group.kind,
        seen=seen,
        left_out=news.left_out + unseen,
        untold=untold[:MOST_UNTOLD],
        untold_more=group.untold_more + max(0, len(untold) - MOST_UNTOLD),
    )


def named(alert: Alert) -> str:
    """An alert as a line calls it: HighErrorRate (web-1)."""
    return f"{alert.name} ({alert.where})" if alert.where else alert.name


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


def _change(alert: Alert, before: Seen | None, now: datetime) -> Change | None:
    fires = alert.status is AlertStatus.FIRING
    if before is None:
        return Change(alert, _past(alert.began_at, now)) if fires else None
    if before.status is alert.status:
        return None
    if not fires:
        return Change(alert, _past(alert.ended_at, now))
    began_at = _past(alert.began_at, now)
    return Change(alert, began_at if began_at > before.since else now, again=True)


def _past(at: datetime | None, now: datetime) -> datetime:
    """The sender's instant; a clock of theirs that is ahead of ours does not make it one to come."""
    return now if at is None else min(at, now)


def _forgotten(seen: Seen, now: datetime) -> bool:
    return seen.status is AlertStatus.RESOLVED and now - seen.since > FORGOTTEN_AFTER
