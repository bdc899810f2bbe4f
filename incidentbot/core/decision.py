"""What a command leads to: the changed incident, and all that must be remembered with it in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from incidentbot.core.effects import Effect
from incidentbot.core.facts import Fact
from incidentbot.core.incident import Incident


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of `decide`.

    timers: name -> instant to set (replacing one of that name), or None to drop it.
    cancels: keys of effects that must not be sent any more if they have not left yet.
    again: keys of failed effects to be sent once more.
    ties: the pager's own ids of incidents that are this one from now on -> the epoch they ring in.
    reply: the sentence for whoever asked. must_read: it says something else than what they asked for.
    """

    incident: Incident
    facts: tuple[Fact, ...] = ()
    effects: tuple[Effect, ...] = ()
    timers: Mapping[str, datetime | None] = field(default_factory=dict)
    cancels: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    ties: Mapping[str, int] = field(default_factory=dict)
    reply: str = ""
    must_read: bool = False

    def then(self, later: "Decision") -> "Decision":
        """This decision followed by one that was made on its incident."""
        return Decision(
            later.incident,
            self.facts + later.facts,
            self.effects + later.effects,
            {**self.timers, **later.timers},
            self.cancels + later.cancels,
            self.again + later.again,
            {**self.ties, **later.ties},
            later.reply or self.reply,
            self.must_read or later.must_read,
        )
