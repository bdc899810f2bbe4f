"""Dates that are a slip of the finger: a year that nobody means. Pure; knows no form."""

from datetime import datetime, timedelta

from incidentbot.core.refusals import Refused

FAR = timedelta(days=3653)
"""Ten years: what lies further off was typed by mistake, as 0026 for 2026."""


def refuse_slip(at: datetime | None, *, now: datetime) -> None:
    """Raise Refused for an instant that is more than ten years away. None passes: it says nothing."""
    if at is not None and abs(at - now) > FAR:
        raise Refused(f"The year {at.year:04} is far off. Was another one meant? Nothing was changed.")
