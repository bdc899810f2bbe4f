"""How a line says that alerts began or ended: which, since when, and where to look. Pure; sends nothing."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from incidentbot.core.alerts.alert import Alert, AlertStatus, Change
from incidentbot.core.text.words import hour, safe

FEW = 3
"""So many alerts are told each with its own words; more are counted, and the first NAMED are named."""

NAMED = 5

Said = Callable[[datetime], str]
"""How an instant is said: `hour` on the timeline, which is in UTC to everybody; `at_time` to the readers of a post."""


def grouped(changes: Iterable[Change]) -> tuple[list[list[Change]], list[list[Change]]]:
    """The changes by alert: those of alerts that fire after all, and those of alerts that are over."""
    by_alert: dict[str, list[Change]] = {}
    for change in changes:
        by_alert.setdefault(change.alert.fingerprint, []).append(change)
    fire = [group for group in by_alert.values() if group[-1].alert.status is AlertStatus.FIRING]
    over = [group for group in by_alert.values() if group[-1].alert.status is AlertStatus.RESOLVED]
    return fire, over


def named(alert: Alert) -> str:
    """An alert as a line calls it: HighErrorRate (web-1)."""
    return f"{alert.name} ({alert.where})" if alert.where else alert.name


def firing_words(fire: Sequence[Sequence[Change]], said: Said = hour) -> str:
    """The sentence about alerts that fire: HighErrorRate (web-1) fires since 13:58 UTC: 5xx above 5 %."""
    if len(fire) <= FEW:
        return " ".join(_fires(one, said) for one in fire)
    if all(group[-1].still for group in fire):
        return f"{len(fire):,} alerts still fire: {_names(fire)}."
    first = min(group[0].at for group in fire)
    return f"{len(fire):,} alerts fire, the first since {said(first)}: {_names(fire)}."


def over_words(over: Sequence[Sequence[Change]], said: Said = hour) -> str:
    """The sentence about alerts that are over."""
    if len(over) <= FEW:
        return " ".join(_is_over(one, said) for one in over)
    return f"{len(over):,} alerts are over, the last since {said(max(group[-1].at for group in over))}: {_names(over)}."


def link_to(alert: Alert, label: str) -> str:
    """The alert's own address as a link, "" where it has none."""
    return linked(alert.link, label)


def linked(address: str, label: str) -> str:
    """A link in Slack's encoding; the address is one that `web_link` let through."""
    return f"<{address.replace('&', '&amp;')}|{label}>" if address else ""


def _fires(group: Sequence[Change], said: Said) -> str:
    began, last = group[0], group[-1]
    name = safe(named(last.alert))
    summary = f": {safe(last.alert.summary)}" if last.alert.summary else "."
    if last.still:
        return f"{name} still fires{summary}{_look(last.alert)}"
    if last.worse and all(change.worse for change in group[1:]):
        since = "" if began.worse else f" since {said(began.at)}"
        now = f"is {safe(last.alert.level)}" if last.alert.level else "asks for more"
        return f"{name} fires{since}, and {now} since {said(last.at)}{summary}{_look(last.alert)}"
    if len(group) > 1:
        return f"{name} {_flapping(group, said)}, and fires.{_look(last.alert)}"
    again = " again" if last.again else ""
    return f"{name} fires{again} since {said(last.at)}{summary}{_look(last.alert)}"


def _is_over(group: Sequence[Change], said: Said) -> str:
    name = safe(named(group[-1].alert))
    if len(group) > 1:
        return f"{name} {_flapping(group, said)}, and is over."
    return f"{name} is over since {said(group[-1].at)}."


def _flapping(group: Sequence[Change], said: Said) -> str:
    fired = sum(change.alert.status is AlertStatus.FIRING and not change.worse for change in group)
    return (
        f"changed {len(group)} times since {said(group[0].at)} (fired {fired} times)" if fired else "changed"
    )


def _look(alert: Alert) -> str:
    link = link_to(alert, "look at it")
    return f" {link}" if link else ""


def _names(groups: Sequence[Sequence[Change]]) -> str:
    shown = ", ".join(safe(named(group[-1].alert)) for group in groups[:NAMED])
    rest = len(groups) - NAMED
    return f"{shown} and {rest:,} more" if rest > 0 else shown
