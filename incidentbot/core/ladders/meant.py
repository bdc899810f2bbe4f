"""Which pages and called chains an answer can be meant for. Vendors' clocks and ours differ. Changes nothing."""

from datetime import datetime

from incidentbot.core.asked import ChainCall
from incidentbot.core.incident import Incident, Page
from incidentbot.core.ladders.paging import rung_of


def was_asked_by(asked_at: datetime, at: datetime) -> bool:
    """Whether it was asked by the instant of this answer. PagerDuty keeps whole seconds: within one, it counts."""
    return asked_at.replace(microsecond=0) <= at


def is_meant(page: Page, at: datetime, receipt: str) -> bool:
    """Whether the answer can be meant for this page: it was asked for by then, or is the one that was silenced.

    The second whatever the instants say: two clocks may differ.
    """
    return was_asked_by(page.asked_at, at) or is_silenced(page, receipt)


def is_silenced(page: Page, receipt: str) -> bool:
    """Whether it rang by what was silenced at the pager. receipt: the pager's own id of that, "" where all was."""
    return bool(receipt) and page.receipt == receipt


def calls_meant(incident: Incident, at: datetime, receipt: str) -> list[ChainCall]:
    """The open calls that this answer ends: called by then, or one whose own page was silenced."""
    silenced = {
        rung_of(page.key)
        for page in incident.pages.values()
        if page.epoch == incident.epoch and is_silenced(page, receipt)
    }
    return [
        call for call in incident.open_calls if was_asked_by(call.asked_at, at) or call.rung.name in silenced
    ]
