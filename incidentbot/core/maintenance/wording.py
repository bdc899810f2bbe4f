"""What is said of maintenance windows: that one comes, has begun, is over, and which there are. Pure; sends nothing."""

from collections.abc import Sequence
from datetime import timedelta

from incidentbot.core.maintenance.window import PLANNED, Planned, Window
from incidentbot.core.text.words import at_time, begun, day_and_time, person, safe, span

HOLDS = (
    "Meanwhile alerts below P0 open no incident: each is posted, and what still fires at the end opens one then. "
    "A P0 pages as ever."
)


def tag(window: Window) -> str:
    """How lines about alerts are marked that came inside a window; plain text, to be escaped where it is shown."""
    if window.name.startswith(PLANNED):
        return f"during {window.title}"
    return f"during maintenance {window.name}: {window.title}"


def called(window: Window) -> str:
    """A window inside a sentence."""
    if window.name.startswith(PLANNED):
        return window.title
    return f"maintenance {window.name} ({safe(window.title)})"


def announced(window: Window, planned: Planned | None) -> str:
    """That it comes. planned: what the profile says of it, None for a window that a person announced."""
    who = f", announced by {person(window.by)}" if window.by else ""
    parts = (
        f":calendar: {begun(called(window))}{who}: from {day_and_time(window.begins_at)} to {at_time(window.ends_at)}.",
        _work(planned) if planned else "",
        HOLDS,
        f"`/incident maintenance end {window.name}` calls it off.",
    )
    return " ".join(part for part in parts if part)


def has_begun(window: Window, others: Sequence[Window] = ()) -> str:
    """That it has begun, and until when. others: the windows that are open beside it."""
    parts = (
        f":construction: {begun(called(window))} has begun, until {at_time(window.ends_at)}. {HOLDS}",
        beside(others),
        f"`/incident maintenance end {window.name}` ends it.",
    )
    return " ".join(part for part in parts if part)


def is_over(window: Window, *, ended_by: str, others: Sequence[Window] = ()) -> str:
    """That it is over, or was called off before it began. others: the windows that are still open."""
    if was_called_off(window):
        by = f", by {person(ended_by)}" if ended_by else ""
        return f":calendar: {begun(called(window))} is called off{by}."
    by = f", ended by {person(ended_by)}" if ended_by else ""
    return f":white_check_mark: {begun(called(window))} is over{by}. {after_it(others)}"


def was_called_off(window: Window) -> bool:
    """Whether it was ended before it began."""
    return window.ends_at < window.begins_at


def after_it(others: Sequence[Window]) -> str:
    """What becomes of alerts now that one is over. others: the windows that are still open."""
    if not others:
        return "Alerts open incidents again; what was held back and still fires is told now."
    return f"Alerts below P0 are still held back: {_each(others)}."


def beside(others: Sequence[Window]) -> str:
    """That other windows hold alerts back for part of the same time; "" where there are none."""
    if not others:
        return ""
    return f"It overlaps with {_each(others)}: alerts are held back while any of them is open."


def ended(window: Window, others: Sequence[Window]) -> str:
    """What the one who ended it is told. others: the windows that are still open."""
    if was_called_off(window):
        return f"{begun(called(window))} is called off: it will not begin."
    return f"You ended {called(window)}. {after_it(others)}"


def over_already(window: Window, ended_by: str) -> str:
    """Why it cannot be ended: it is over, and who ended it where somebody did."""
    how = "is called off" if was_called_off(window) else "is over"
    by = f", by {person(ended_by)}" if ended_by else ""
    return f"{begun(called(window))} {how} already, since {at_time(window.ends_at)}{by}."


def receipt(window: Window, *, late: bool, others: Sequence[Window] = ()) -> str:
    """What the one who announced it is told at once. late: it has begun already. others: windows that it overlaps."""
    when = f"until {at_time(window.ends_at)}"
    if not late:
        when = f"from {day_and_time(window.begins_at)} {when}"
    length = span(window.ends_at - window.begins_at)
    parts = (
        f"{begun(called(window))} is set {when} ({length}). {HOLDS}",
        beside(others),
        f"`/incident maintenance end {window.name}` ends it.",
    )
    return " ".join(part for part in parts if part)


def listed(open_now: Sequence[Window], coming: Sequence[Window]) -> str:
    """Every window that matters now, one a line."""
    lines = [
        f"• *Now*: {called(one)}, until {at_time(one.ends_at)}{_by(one)} `{one.name}`" for one in open_now
    ]
    lines += [
        f"• {day_and_time(one.begins_at)} ({span(one.ends_at - one.begins_at)}): {called(one)}{_by(one)} `{one.name}`"
        for one in coming
    ]
    heading = "*Maintenance*" if lines else "No maintenance is planned, and none is going on."
    how = (
        "`/incident maintenance start 2h title` begins a window now, "
        "`/incident maintenance plan sun 02:00 2h title` announces one, `/incident maintenance end M-1` ends one."
    )
    return "\n".join((heading, *lines, how))


def length_words(shortest: timedelta, longest: timedelta) -> str:
    """How long the work takes: 2 h to 4 h."""
    return span(longest) if shortest == longest else f"{span(shortest)} to {span(longest)}"


def _each(windows: Sequence[Window]) -> str:
    return ", ".join(f"{called(one)} until {at_time(one.ends_at)}" for one in windows)


def _by(window: Window) -> str:
    return f", by {person(window.by)}" if window.by else ""


def _work(planned: Planned) -> str:
    """How long it takes and what it consists of, as the profile says."""
    takes = f"The work takes {length_words(*planned.duration)}." if planned.duration else ""
    tasks = f"Tasks: {', '.join(map(safe, planned.tasks))}." if planned.tasks else ""
    checklist = f"Checklist: {', '.join(map(safe, planned.checklist))}." if planned.checklist else ""
    return " ".join(part for part in (takes, tasks, checklist) if part)
