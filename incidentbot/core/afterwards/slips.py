"""Dates that are a slip of the finger: a year that nobody means, a day that is over. Pure; knows no form."""

from datetime import datetime, timedelta

from incidentbot.core.refusals import Refused

FAR = timedelta(days=3653)
"""Ten years: what lies further off was typed by mistake, as 0026 for 2026."""


def refuse_slip(at: datetime | None, *, now: datetime) -> None:
    """Raise Refused for an instant that is more than ten years away. None passes: it says nothing."""
    if at is not None and abs(at - now) > FAR:
        raise Refused(f"The year {at.year:04} is far off. Was another one meant? Nothing was changed.")


def refuse_due(due: datetime | None, *, now: datetime) -> None:
    """Raise Refused for what is to be done by a time that is over, or far off: it would be asked for at once, or never."""
    refuse_slip(due, now=now)
    if due is not None and due < now:
        raise Refused(f"{due:%Y-%m-%d} is over by now, in UTC. Nothing was changed.")
