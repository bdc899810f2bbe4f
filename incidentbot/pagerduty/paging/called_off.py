"""A page that is not wanted any more: whether it rang is looked up where nothing else tells. Rings nobody."""

from collections.abc import Awaitable, Callable

from incidentbot.core.answers import PageCalledOff, PageDelivered
from incidentbot.core.incident import Incident, Page, PageState
from incidentbot.core.refusals import GiveUp

RangBy = Callable[[Incident, Page], Awaitable[str | None]]
"""PagerDuty's id of the incident by which a page rang, None where it did not. Raises TryLater, GiveUp."""


def is_wanted(incident: Incident, page: Page) -> bool:
    """Whether the page still has a point, by the incident as it is now.

    One of an earlier epoch, too: what waits since then was asked for beyond an ack, which was taken back or has expired.
    """
    return page.state is PageState.WAITING and not incident.reached(page.until)


async def conclude(
    incident: Incident, page: Page, rang_by: RangBy | None, *, unknown: bool
) -> PageDelivered | PageCalledOff:
    """What became of it. unknown: an earlier try may have rung. rang_by: None where PagerDuty cannot be asked.

    One that was answered is looked up by its answer; one that was kept back has none, and a phone may be ringing.
    Raises TryLater.
    """
    unsure = PageCalledOff(page.key, unknown=unknown, sought=unknown)
    if rang_by is None or not unknown or page.state is not PageState.CANCELLED:
        return unsure
    try:
        rang = await rang_by(incident, page)
    except GiveUp:
        return unsure
    return PageDelivered(page.key, rang) if rang else PageCalledOff(page.key)
