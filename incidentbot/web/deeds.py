"""What can be done on the pages, as commands: action items, the review, a time put right. Decides nothing itself."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TypeVar

from aiohttp import web

from incidentbot.core.afterwards.commands import AddAction, ChangeAction, ChangeReview, CorrectTime
from incidentbot.core.afterwards.leftovers import ActionState, ActionType, ReviewState
from incidentbot.core.commands import Person
from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import Receipt, Ref, RefKind
from incidentbot.web.drawn import guarded, said
from incidentbot.web.finding import Finder
from incidentbot.web.gate import Gate, form_of
from incidentbot.web.said_in_slack import NameOf, names_in, shown

Form = Mapping[str, object]
Handle = Callable[..., Awaitable[Receipt]]
"""`Handler.handle`."""

Choice = TypeVar("Choice", ActionState, ActionType, ReviewState)

PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")
"""A Slack user id."""

LATEST = time(23, 59)
"""What is due on a day may be done until its end."""

KEY = "request"
"""The field that makes a form sent twice the same request."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """Takes the forms of the pages in, each once, and goes back to the page it came from."""

    handle: Handle
    gate: Gate
    finder: Finder
    name_of: NameOf

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        for name, (page, command) in DEEDS.items():
            app.router.add_post(f"/incidents/{{name}}/{name}", guarded(self._doing(page, command)))

    def _doing(
        self, page: str, command: Callable[[str, Form], Person]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def do(request: web.Request) -> web.StreamResponse:
            form = await form_of(request)
            visitor = await self.gate.author(request, form)
            incident = await self.finder.incident(request, visitor)
            once = f"page:{visitor.person}:{word}" if (word := _text(form, KEY)) else None
            ref = Ref(RefKind.ID, incident.id)
            await self._handled(command(visitor.person, form), ref, once)
            back = FOLLOW_UPS if _text(form, "back") == "follow-ups" else f"/incidents/{incident.name}{page}"
            raise web.HTTPSeeOther(back)

        return do

    async def _handled(self, command: Person, ref: Ref, once: str | None) -> None:
        """Have it done. What is refused was said for Slack: its people and instants are named here as the pages do."""
        try:
            await self.handle(command, ref=ref, request=once)
        except Refused as refused:
            names = await names_in((refused.sentence,), (), self.name_of)
            raise said(web.HTTPConflict, shown(refused.sentence, names)) from refused


FOLLOW_UPS = "/follow-ups"


def _add_action(by: str, form: Form) -> Person:
    return AddAction(by, _text(form, "text"), _person(form), _day(form), _type(form))


def _change_action(by: str, form: Form) -> Person:
    number = _text(form, "number")
    if not (number.isascii() and number.isdecimal() and len(number) <= 4):  # noqa: PLR2004 - there are a hundred at most
        raise Refused("This form names no action. Nothing was changed.")
    state = _one_of(ActionState, _text(form, "state"))
    owner = _person(form) or None
    return ChangeAction(by, int(number), state, owner, _day(form), _type(form), _text(form, "why"))


def _change_review(by: str, form: Form) -> Person:
    state = _one_of(ReviewState, _text(form, "state"))
    return ChangeReview(by, state, _person(form) or None, _day(form), _text(form, "why"))


def _correct_time(by: str, form: Form) -> Person:
    return CorrectTime(by, _text(form, "anchor"), _instant(_text(form, "at")), _text(form, "why"))


DEEDS: Mapping[str, tuple[str, Callable[[str, Form], Person]]] = {
    "add-action": ("#follow-ups", _add_action),
    "change-action": ("#follow-ups", _change_action),
    "change-review": ("/postmortem", _change_review),
    "correct-time": ("/postmortem", _correct_time),
}
"""What a form does -> the page of the incident to go back to, and the command it asks for."""


def _text(form: Form, name: str) -> str:
    return str(form.get(name, "")).strip()


def _person(form: Form) -> str:
    """A Slack user id, "" where the field is empty: anything else would be said in the room as it stands."""
    owner = _text(form, "owner")
    if owner and not PERSON.fullmatch(owner):
        raise Refused("This form names nobody of your workspace. Load the page again. Nothing was changed.")
    return owner


def _type(form: Form) -> ActionType | None:
    return _one_of(ActionType, _text(form, "type"))


def _one_of(kinds: type[Choice], word: str) -> Choice | None:
    return next((each for each in kinds if each.value == word), None)


def _day(form: Form) -> datetime | None:
    """The end of the day that a date field names, in UTC. Raises Refused for what is no date."""
    text = _text(form, "due")
    if not text:
        return None
    try:
        return datetime.combine(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date(), LATEST, UTC)
    except ValueError as error:
        raise Refused(f"{text[:40]} is no date. Use the form's own field, or write 2026-11-30.") from error


def _instant(text: str) -> datetime | None:
    """What a date-and-time field names, in UTC; nothing where it is empty: the time is not known."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(f"{text[:40]} is no time. Write 2026-11-30T14:05, in UTC.") from error
