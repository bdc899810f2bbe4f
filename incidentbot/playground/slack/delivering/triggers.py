"""The trigger ids that let an app open a form: three seconds of real time, once. Knows no form."""

import time
from dataclasses import dataclass

from incidentbot.clock import new_id
from incidentbot.playground.slack.refusals import SlackRefusal

TRIGGER_LIFE_S = 3.0  # https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses


@dataclass(frozen=True, slots=True)
class Trigger:
    """Whose click it was, when (monotonic seconds), and the open view it happened in, if any."""

    user: str
    at: float
    view_id: str | None = None


class Triggers:
    """Gives trigger ids out and takes each back once."""

    def __init__(self) -> None:
        self.life_s = TRIGGER_LIFE_S
        self._given: dict[str, Trigger] = {}
        self._used: set[str] = set()

    def give(self, user: str, *, view_id: str | None = None) -> str:
        """A new trigger id for something the person just did."""
        number = f"{int(time.monotonic() * 1000)}.{new_id()}"
        self._given[number] = Trigger(user, time.monotonic(), view_id)
        return number

    def look(self, trigger_id: str) -> Trigger:
        """What the id stands for, without using it up.

        Raises SlackRefusal invalid_trigger_id, exchanged_trigger_id or expired_trigger_id.
        """
        trigger = self._given.get(trigger_id)
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger_id in self._used:
            raise SlackRefusal("exchanged_trigger_id")
        if time.monotonic() - trigger.at > self.life_s:
            raise SlackRefusal("expired_trigger_id")
        return trigger

    def use(self, trigger_id: str) -> None:
        """The id has opened its view and opens no other."""
        self._used.add(trigger_id)
