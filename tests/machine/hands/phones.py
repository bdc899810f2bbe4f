"""The rules alone, driven with phones that ring until somebody silences them. No store, no vendor, nothing away."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from incidentbot.core.answers import PageDelivered
from incidentbot.core.commands import Acknowledge, Command
from incidentbot.core.decide import decide
from incidentbot.core.decision import Decision
from incidentbot.core.effects import AckPage, ResolvePage, SendPage
from incidentbot.core.elsewhere import AckTakenBack, ReopenedElsewhere, Somebody
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import Connections
from incidentbot.slack.cards.incident import card
from tests.machine.core_driver import CoreDriver
from tests.slack.examples import NOBODY

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Phone:
    """What one page rings, at the pager: since when, in which epoch, whom."""

    at: datetime
    epoch: int
    role: str
    duty: str
    rings: bool = True
    over: bool = False


class HandsDriver(CoreDriver):
    """One incident. `phones` are all that were rung, in order; each is an incident of the pager's own."""

    def __init__(self, profile: str | Policy, severity: str, at: datetime) -> None:
        self.duties: dict[str, Phone] = {}
        super().__init__(profile, severity, at)

    @property
    def phones(self) -> list[Phone]:
        """Those that were rung, by instant and role."""
        return sorted(self.duties.values(), key=lambda phone: (phone.at, phone.epoch, phone.role))

    def answer(self, place: int, minutes_ago: int, by: str) -> bool:
        """Somebody acknowledges the phone at `place`, so long ago, and it is heard now."""
        at = self.now - minutes_ago * MINUTE
        return self.do(Acknowledge(by, "pagerduty", at, by.title(), receipt=self.phones[place].duty))

    def ring_again(self, place: int, by: str) -> bool:
        """Somebody, or the pager by itself (""), takes the ack of the phone at `place` back, or reopens it."""
        phone = self.phones[place]
        self.duties[phone.duty] = replace(phone, rings=True, over=False)
        who = Somebody(by, by.title()) if by else Somebody()
        made = ReopenedElsewhere if phone.over else AckTakenBack
        opening = self.incident.pages.get(f"{self.incident.epoch}:opening")
        leads = opening is not None and opening.receipt == phone.duty
        return self.do(made(who, self.now, phone.duty, receipt=phone.duty, leads=leads))

    def again(self) -> None:
        """Every answer of the pager arrives a second time, word for word."""
        self.moves.append(("again", None))
        for key in self.keys:
            self._decided(PageDelivered(key, f"Q-{key}"))

    def _keep(self, decision: Decision) -> None:
        super()._keep(decision)
        for effect in decision.effects:
            if isinstance(effect, AckPage | ResolvePage):
                duty = self.incident.pages[effect.page].receipt or ""
                over = isinstance(effect, ResolvePage)
                self.duties[duty] = replace(self.duties[duty], rings=False, over=over)

    def _take(self, effect: SendPage) -> None:
        page = self.incident.pages[effect.page]
        duty = f"Q-{effect.page}"
        self.duties[duty] = Phone(self.now, page.epoch, page.role, duty)
        self.keys.append(effect.page)
        self._decided(PageDelivered(effect.page, duty))

    def would_take(self, command: Command) -> bool:
        """Whether it would be allowed now; nothing is changed."""
        try:
            decide(self.incident, command, now=self.now, policy=self.policy)
        except Refused:
            return False
        return True

    @property
    def offers_an_ack(self) -> bool:
        """Whether the card has the button."""
        shown = card(self.incident, connections=Connections(), oncall=NOBODY, hours=self.policy.business)
        return '"Acknowledge"' in json.dumps(shown.blocks)
