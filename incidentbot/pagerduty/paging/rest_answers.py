"""What is done here, done over REST in PagerDuty: acks, resolves and notes in the person's own name, and the priority."""

from collections.abc import Callable
from functools import partial

from incidentbot.core.effects import AckPage, ResolvePage
from incidentbot.core.incident import Incident, Page, PageState
from incidentbot.core.ladders.paging import standing_page
from incidentbot.core.pager_effects import NotePage, ShowPriority
from incidentbot.core.text.words import stopped
from incidentbot.pagerduty.paging import bodies
from incidentbot.pagerduty.paging.aims import Ask, asked
from incidentbot.pagerduty.paging.priorities import Priorities
from incidentbot.pagerduty.paging.standing import (
    ACKNOWLEDGED,
    LOOK,
    RESOLVED,
    TRIGGERED,
    Standing,
    find,
    once_landed,
    rang_another,
)
from incidentbot.pagerduty.replies import (
    ALREADY_ACKNOWLEDGED,
    ALREADY_RESOLVED,
    UNKNOWN_REQUESTER,
    Reply,
    Request,
    request_refused,
)

DONE_ALREADY = frozenset({ALREADY_ACKNOWLEDGED, ALREADY_RESOLVED})
OWN_NOTES = ("Acknowledged in Slack by ", "Resolved in Slack by ", "Noted in Slack")
"""How every note that we write begins, so that it is known for ours when it comes back, whole or cut."""

SET_PRIORITY, WRITE_NOTE = "set the priority", "take the note"


class RestAnswers:
    """Answers by REST. email_of: the address of a Slack user, where it is known.

    Without it, or where PagerDuty does not know it, the bot answers after a note that names the person, since the
    `From` of a call is taken for who made it.
    """

    def __init__(
        self,
        ask: Ask,
        email_of: Callable[[str], str | None],
        priorities: Priorities,
        *,
        landing_s: float = 0.0,
    ) -> None:
        self._ask = ask
        self._landing_s = landing_s
        self._email_of = email_of
        self._priorities = priorities

    async def answer(self, incident: Incident, effect: AckPage | ResolvePage, *, is_first: bool) -> bool:
        """Set the status of every PagerDuty incident that this page rang; returns whether there is any.

        Looks first: to acknowledge a resolved incident would open it again; and where there is none, once more when a
        page that was cut off on its way has landed. Raises TryLater, GiveUp.
        """
        status = ACKNOWLEDGED if isinstance(effect, AckPage) else RESOLVED
        waiting = {TRIGGERED} if status == ACKNOWLEDGED else {TRIGGERED, ACKNOWLEDGED}
        look = partial(self._rung, incident, effect.page)
        rung = await (
            self._landed(incident, effect.page) if effect.look else once_landed(look, self._landing_s)
        )
        for standing in rung:
            if standing.status in waiting:
                await self._set(standing, status, by=effect.by, is_first=is_first)
        return bool(rung)

    async def write(self, incident: Incident, effect: NotePage | ShowPriority, *, is_first: bool) -> None:
        """Write a note, or set the priority. Raises TryLater, GiveUp."""
        if isinstance(effect, NotePage):
            await self._write_note(incident, effect, is_first=is_first)
        else:
            await self._show_priority(incident)

    async def _rung(self, incident: Incident, key: str) -> list[Standing]:
        """The incidents a page may have rung: the one on its receipt, or all that its keys find."""
        page = incident.pages[key]
        if page.receipt is not None:
            body = await asked(self._ask, Request("GET", f"/incidents/{page.receipt}"), what=LOOK)
            return [Standing.read(body["incident"])]
        found = [await find(self._ask, bodies.key_of(incident, each)) for each in (page.key, page.epoch)]
        return [each for each in found if each is not None]

    async def _landed(self, incident: Incident, key: str) -> list[Standing]:
        """What a page rang that landed long after. What another page rings by, or is about to, is not its own."""
        page = incident.pages[key]
        if any(_may_ring_by_the_same(page, other) for other in incident.pages.values()):
            return [
                each for each in [await find(self._ask, bodies.key_of(incident, key))] if each is not None
            ]
        rung = await self._rung(incident, key)
        return [each for each in rung if not rang_another(incident, page, each)]

    async def _set(self, standing: Standing, status: str, *, by: str, is_first: bool) -> None:
        change = bodies.change_of({"status": status})
        email = self._address(by)
        path = f"/incidents/{standing.id}"
        if email is not None:
            reply = await self._ask(Request("PUT", path, change, sender=email))
            if reply.code != UNKNOWN_REQUESTER:
                _accept(reply, status)
                return
        if by:
            text = f"{status.capitalize()} in Slack by {email or f'the member {by}'}."
            if is_first or not await self._is_noted(standing.id, text):
                # A note that PagerDuty refuses, as for an incident that is full of them, stands before no answer.
                await self._ask(_note(standing.id, text))
        _accept(await self._ask(Request("PUT", path, change)), status)

    async def _write_note(self, incident: Incident, effect: NotePage, *, is_first: bool) -> None:
        """A person's note; after another try it is looked for by its words."""
        duty = incident.pages[effect.page].receipt
        if duty is None:
            return
        email = self._address(effect.by)
        named = f"Noted in Slack: {effect.text}"
        unnamed = f"Noted in Slack by {stopped(email or f'the member {effect.by}')} {effect.text}"
        if not is_first and (await self._is_noted(duty, named) or await self._is_noted(duty, unnamed)):
            return
        if email is not None:
            reply = await self._ask(_note(duty, named, sender=email))
            if reply.code != UNKNOWN_REQUESTER:
                _taken(reply, WRITE_NOTE)
                return
        _taken(await self._ask(_note(duty, unnamed)), WRITE_NOTE)

    async def _show_priority(self, incident: Incident) -> None:
        """Give the epoch's incident the priority of the severity as it is now, where the account has one."""
        page = standing_page(incident)
        await self._priorities.refresh()
        wanted = self._priorities.of(incident.severity)
        if page is None or not wanted:
            return
        change = bodies.change_of(bodies.of_priority(wanted))
        _taken(await self._ask(Request("PUT", f"/incidents/{page.receipt}", change)), SET_PRIORITY)

    async def _is_noted(self, duty: str, text: str) -> bool:
        reply = await self._ask(Request("GET", f"/incidents/{duty}/notes"))
        return any(str(note.get("content")) == text for note in reply.body.get("notes", ()))

    def _address(self, by: str) -> str | None:
        email = self._email_of(by) if by else None
        return email if email and email.isascii() else None


def is_own_note(text: str) -> bool:
    """Whether a note of PagerDuty's is one that we wrote there."""
    return text.startswith(OWN_NOTES)


def _may_ring_by_the_same(page: Page, other: Page) -> bool:
    """Whether the other page may have climbed the incident of the epoch by now, and nobody knows it yet."""
    return other.key != page.key and other.epoch == page.epoch and other.state is PageState.WAITING


def _note(duty: str, text: str, *, sender: str = "") -> Request:
    return Request("POST", f"/incidents/{duty}/notes", {"note": {"content": text}}, sender=sender)


def _accept(reply: Reply, status: str) -> None:
    if not reply.accepted and reply.code not in DONE_ALREADY:
        raise request_refused(reply, what=f"have the incident {status}")


def _taken(reply: Reply, what: str) -> None:
    if not reply.accepted:
        raise request_refused(reply, what=what)
