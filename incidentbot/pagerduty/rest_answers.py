"""Answers over REST: acknowledges and resolves in PagerDuty what was answered here, in the person's own name."""

from incidentbot.core.effects import AckPage, ResolvePage
from incidentbot.core.incident import Incident
from incidentbot.pagerduty import bodies
from incidentbot.pagerduty.aims import Ask, asked
from incidentbot.pagerduty.replies import (
    ALREADY_ACKNOWLEDGED,
    ALREADY_RESOLVED,
    UNKNOWN_REQUESTER,
    Reply,
    Request,
    request_refused,
)
from incidentbot.pagerduty.rest_pages import ACKNOWLEDGED, LOOK, RESOLVED, TRIGGERED, Standing, find

DONE_ALREADY = frozenset({ALREADY_ACKNOWLEDGED, ALREADY_RESOLVED})


async def answer(
    ask: Ask, incident: Incident, effect: AckPage | ResolvePage, *, email: str | None, attempt: int = 1
) -> bool:
    """Set the status of every PagerDuty incident that this page rang; returns whether there is any.

    email: of whoever answered; without it, or where PagerDuty does not know it, the bot answers after a note that
    names the person, once however many attempts it takes. Looks first: to acknowledge a resolved incident would open it again. Raises TryLater, GiveUp.
    """
    status = ACKNOWLEDGED if isinstance(effect, AckPage) else RESOLVED
    waiting = {TRIGGERED} if status == ACKNOWLEDGED else {TRIGGERED, ACKNOWLEDGED}
    rung = await _rung(ask, incident, effect.page)
    for standing in rung:
        if standing.status in waiting:
            await _set(ask, standing, status, by=effect.by, email=email, attempt=attempt)
    return bool(rung)


async def _rung(ask: Ask, incident: Incident, key: str) -> list[Standing]:
    """The incidents a page may have rung: the one on its receipt, or all that its keys find."""
    page = incident.pages[key]
    if page.receipt is not None:
        body = await asked(ask, Request("GET", f"/incidents/{page.receipt}"), what=LOOK)
        return [Standing.read(body["incident"])]
    found = [await find(ask, bodies.key_of(incident, each)) for each in (page.key, page.epoch)]
    return [each for each in found if each is not None]


async def _set(
    ask: Ask, standing: Standing, status: str, *, by: str, email: str | None, attempt: int
) -> None:
    change = Request(
        "PUT", f"/incidents/{standing.id}", {"incident": {"type": "incident_reference", "status": status}}
    )
    if email is not None:
        reply = await ask(Request(change.method, change.path, change.body, sender=email))
        if reply.code != UNKNOWN_REQUESTER:
            _accept(reply, status)
            return
    if by:
        text = f"{status.capitalize()} in Slack by {email or f'the member {by}'}."
        if attempt == 1 or not await _is_noted(ask, standing, text):
            await _note(ask, standing, text)
    _accept(await ask(change), status)


async def _is_noted(ask: Ask, standing: Standing, text: str) -> bool:
    reply = await ask(Request("GET", f"/incidents/{standing.id}/notes"))
    return any(str(note.get("content")) == text for note in reply.body.get("notes", ()))


async def _note(ask: Ask, standing: Standing, text: str) -> None:
    """A note that PagerDuty refuses, as for an incident that is full of them, does not stand before the answer."""
    await ask(Request("POST", f"/incidents/{standing.id}/notes", {"note": {"content": text}}))


def _accept(reply: Reply, status: str) -> None:
    if not reply.accepted and reply.code not in DONE_ALREADY:
        raise request_refused(reply, what=f"have the incident {status}")
