"""Maintenance windows as rows of the house's matters, and back. Reads and writes no database itself."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from incidentbot.core.maintenance.window import PLANNED, Window, occurrences
from incidentbot.core.policy import Policy
from incidentbot.flows.watchdog.house_ports import Matter

PREFIX = "maintenance:"
ANNOUNCED = "M-"
"""How the names of windows begin that people announced."""

NOTICE, BEGIN, OVER, DONE = "notice", "begin", "over", "done"
"""What is told of a window: a body has these names, with the instant of the first try or DONE."""

AHEAD = timedelta(days=92)
"""Planned windows further off are not looked for."""


def body_of(window: Window, **more: str) -> dict[str, str]:
    """What is stored of a window."""
    begins_at, ends_at = window.begins_at.isoformat(), window.ends_at.isoformat()
    return {"title": window.title, "begins": begins_at, "ends": ends_at, "by": window.by, **more}


def window_of(matter: Matter) -> Window:
    """The window that is stored."""
    body = matter.body
    begins_at, ends_at = datetime.fromisoformat(body["begins"]), datetime.fromisoformat(body["ends"])
    return Window(matter.name.removeprefix(PREFIX), body["title"], begins_at, ends_at, body["by"])


def windows(matters: Sequence[Matter], policy: Policy, now: datetime) -> list[Window]:
    """Every window that is stored and every planned one that comes or is open, by their beginning."""
    stored = {window.name: window for window in map(window_of, matters)}
    planned = {window.name: window for window in _planned(policy, now)}
    return sorted({**planned, **stored}.values(), key=lambda one: (one.begins_at, one.name))


def next_name(matters: Sequence[Matter]) -> str:
    """A name for the next window that a person announces."""
    taken = [matter.name.removeprefix(PREFIX + ANNOUNCED) for matter in matters]
    return f"{ANNOUNCED}{max((int(one) for one in taken if one.isdecimal()), default=0) + 1}"


def step_due(window: Window, body: dict[str, str], policy: Policy, now: datetime) -> str | None:
    """What is to be told of the window now, None for nothing."""
    if window.ends_at <= now:
        begun = BEGIN in body or (NOTICE in body and window.ends_at < window.begins_at)
        return OVER if begun and body.get(OVER) != DONE else None
    if window.begins_at <= now:
        return BEGIN if body.get(BEGIN) != DONE else None
    told_from = _notice_at(window, policy)
    due = told_from is not None and told_from <= now
    return NOTICE if due and body.get(NOTICE) != DONE else None


def instants(window: Window, policy: Policy) -> Iterator[datetime]:
    """When something is to be told of the window."""
    told_from = _notice_at(window, policy)
    if told_from is not None:
        yield told_from
    yield from (window.begins_at, window.ends_at)


def _notice_at(window: Window, policy: Policy) -> datetime | None:
    """From when its coming is told: at once where a person announced it, by the profile's notice where it comes round."""
    if not window.name.startswith(PLANNED):
        return datetime.min.replace(tzinfo=window.begins_at.tzinfo)
    notice = policy.maintenance.notice if policy.maintenance else None
    return None if notice is None else window.begins_at - notice


def _planned(policy: Policy, now: datetime) -> Iterator[Window]:
    """The next two that are not over."""
    if policy.maintenance is None:
        return
    for number, window in enumerate(occurrences(policy.maintenance, now)):
        if number > 1 or window.begins_at - now > AHEAD:
            return
        yield window
