"""Filling in, sending and closing forms, and what the app's answer does to them. Never decides for the app."""

from collections.abc import Mapping
from typing import Any

from incidentbot.playground.slack import viewing
from incidentbot.playground.slack.answers import Answer, NotThereError
from incidentbot.playground.slack.delivering import payloads
from incidentbot.playground.slack.delivering.asking import Asking, State, current_state
from incidentbot.playground.slack.delivering.delivery import Ack
from incidentbot.playground.slack.people import Person
from incidentbot.playground.slack.records import View
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.choices import Given, complaint, entered, value_of
from incidentbot.playground.slack.strictness.view_rules import checked_view


class Forms(Asking):
    """Only the form on top of the stack can be filled in."""

    def _top(self, user: str, view_id: str) -> tuple[Person, View]:
        person = self.workspace.person(user)
        stack = self.workspace.modals.get(person.id, [])
        if not stack or stack[-1] != view_id:
            raise NotThereError(f"{person.name} has no form {view_id} in front of them")
        return person, self.workspace.views[view_id]

    async def submit(self, user: str, view_id: str, values: Mapping[str, Given] | None = None) -> Answer:
        """Enter the values and press the form's submit button.

        values: by block_id or action_id; fields that are not named keep what they show. Empty required fields and
        texts of a wrong length stay with the person, as in Slack: `sent` is False and `errors` says why.
        Raises NotThereError for a field or option the form does not have.
        """
        person, view = self._top(user, view_id)
        for name, given in (values or {}).items():
            _enter(view, name, given)
        state = current_state(view.body["blocks"], view.typed)
        if errors := _complaints(view, state):
            return Answer(acked=False, sent=False, errors=errors, view_id=view_id)
        body = viewing.view_body(view) | {"state": {"values": state}}
        urls = self._response_urls(person, view, state)
        trigger = self.triggers.give(person.id, view_id=view_id)
        payload = payloads.submission(person, body, trigger_id=trigger, response_urls=urls)
        return self._after(person, view, await self._interact(payload))

    def _response_urls(self, person: Person, view: View, state: State) -> list[dict[str, str]]:
        """Selects with response_url_enabled give the app an address for the chosen conversation."""
        found = []
        for block in view.body["blocks"]:
            element = block.get("element") or {}
            chosen = element.get("response_url_enabled") and value_of(
                state[block["block_id"]][element["action_id"]]
            )
            if chosen:
                url = self.response_urls.give(person.id, chosen)
                place = {"block_id": block["block_id"], "action_id": element["action_id"]}
                found.append(place | {"channel_id": chosen, "response_url": url})
        return found

    def _after(self, person: Person, view: View, ack: Ack) -> Answer:
        """What the form does when the app has answered; unanswered, it stays open with an error."""
        said = dict(ack.body or {})
        errors: Mapping[str, str] = {}
        problem: str | None = None
        if ack.acked and view.id in self.workspace.views:
            try:
                errors = self._act(person, view, said)
            except SlackRefusal as refusal:
                problem = f"{refusal.code} {refusal.extra}"
        stack = self.workspace.modals.get(person.id, [])
        return Answer(
            acked=ack.acked,
            ack_ms=ack.ms,
            error="invalid_response" if problem else ack.error,
            detail=problem or "",
            body=ack.body,
            errors=errors,
            view_id=stack[-1] if stack else None,
        )

    def _act(self, person: Person, view: View, said: dict[str, Any]) -> Mapping[str, str]:
        action = said.get("response_action")
        if action == "errors":
            return _known_errors(view, said.get("errors"))
        if action == "clear":
            viewing.closed(self.workspace, view, whole="stack")
        elif action == "update":
            viewing.changed(self.workspace, view, checked_view(said.get("view"), surface="modal"))
        elif action == "push":
            self._push(person, said.get("view"))
        elif action is None:
            viewing.closed(self.workspace, view)
        else:
            raise SlackRefusal("unknown_response_action", action=action)
        return {}

    def _push(self, person: Person, body: Any) -> None:
        if len(self.workspace.modals[person.id]) >= viewing.MOST_STACKED:
            raise SlackRefusal("push_limit_reached")
        viewing.pushed(self.workspace, person.id, checked_view(body, surface="modal"))

    async def close_view(self, user: str, view_id: str) -> Answer:
        """Press the form's close button; the app hears of it only where it asked to."""
        person, view = self._top(user, view_id)
        whole = "stack" if view.body.get("clear_on_close") else "top"
        gone = viewing.closed(self.workspace, view, whole=whole)
        answer = Answer(acked=False, sent=False)
        for one in gone:
            if not one.body.get("notify_on_close"):
                continue
            body = viewing.view_body(one)
            cleared = "cleared" if whole == "stack" else ""
            ack = await self._interact(payloads.closing(person, body, cleared=cleared))
            answer = Answer(acked=ack.acked, ack_ms=ack.ms, error=ack.error, body=ack.body)
        return answer


def _enter(view: View, name: str, given: Given) -> None:
    for block in view.body["blocks"]:
        element = block.get("element") or {}
        if block["type"] == "input" and name in {block["block_id"], element.get("action_id")}:
            view.typed.setdefault(block["block_id"], {})[element["action_id"]] = entered(element, given)
            return
    raise NotThereError(f"the form {view.id} has no field {name}")


def _complaints(view: View, state: State) -> dict[str, str]:
    found: dict[str, str] = {}
    for block in view.body["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        optional = "optional" if block.get("optional") else ""
        said = complaint(element, state[block["block_id"]][element["action_id"]], optional=optional)
        if said:
            found[block["block_id"]] = said
    return found


def _known_errors(view: View, errors: Any) -> Mapping[str, str]:
    """Slack shows errors only under the form's own input blocks; anything else is a broken answer."""
    fields = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, Mapping) or not errors or not set(errors) <= fields:
        raise SlackRefusal("invalid_errors", fields=sorted(fields))
    return dict(errors)
