"""What the pager's tests stand on: a PagerDuty on loopback, settings that point at it, an incident with its pages."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from incidentbot.clock import StillClock
from incidentbot.core.answers import Answer, PageDelivered, TimerFired
from incidentbot.core.commands import Acknowledge, Command, Declare, Escalate
from incidentbot.core.decide import decide
from incidentbot.core.decision import Decision
from incidentbot.core.effects import AckPage, Effect, ResolvePage, SendPage
from incidentbot.core.incident import Incident
from incidentbot.core.plan import PlannedRung
from incidentbot.core.policy import Severity
from incidentbot.flows.ports import Claimed
from incidentbot.pagerduty.lines import Deadlines
from incidentbot.pagerduty.pager import PagerDuty
from incidentbot.pagerduty.paging.aims import Heard, unheard
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import BOT, MAIN_ROUTING_KEY, ROUTING_KEYS
from incidentbot.policies.loader import load
from incidentbot.policies.team import PagerTarget, RoleBinding, Team
from incidentbot.settings import Settings

T0 = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
UUID = "5f3cf1a2-8f7b-4f7c-9a10-3f6d0d2b7c11"
ANA, BO, ZOE = "U0ANA", "U0BO", "U0ZOE"
EMAILS = {ANA: "ana@example.com", BO: "bo@example.com", ZOE: "zoe@example.com"}
SHORT = Deadlines(transport_s=0.4, call_s=0.8, effect_s=3.0, landing_s=0.1)
POLICY = load("im-chat")

OWN_KEYS = Team(
    roles={role: RoleBinding(pager=PagerTarget(routing_key=key)) for role, key in ROUTING_KEYS.items()}
)
CHECKOUT_TEAM = Team(service="PSVC001")


def events_settings(pager: PagerDutyStandIn, **changes: object) -> Settings:
    return Settings.of(
        {"pagerduty_routing_key": MAIN_ROUTING_KEY, "pagerduty_events_url": pager.events_url, **changes}
    )


def rest_settings(pager: PagerDutyStandIn, **changes: object) -> Settings:
    rest = {
        "pagerduty_api_token": pager.api_token,
        "pagerduty_from_email": BOT.email,
        "pagerduty_api_url": pager.api_url,
    }
    return events_settings(pager, **(rest | changes))


def bound(team: Team, **targets: PagerTarget) -> Team:
    """The team with some roles bound in PagerDuty."""
    return replace(team, roles={role: RoleBinding(pager=target) for role, target in targets.items()})


@asynccontextmanager
async def a_pager(
    settings: Settings,
    team: Team,
    *,
    deadlines: Deadlines = SHORT,
    heard: Heard = unheard,
    chains: Sequence[Sequence[str]] = (),
) -> AsyncIterator[PagerDuty]:
    pager = PagerDuty(settings, team, email_of=EMAILS.get, heard=heard, chains=chains, deadlines=deadlines)
    try:
        yield pager
    finally:
        await pager.close()


def a_stand_in() -> PagerDutyStandIn:
    return PagerDutyStandIn(StillClock(T0))


def rung(duty: PagerDutyStandIn) -> list[str]:
    """Whose phones rang, in order."""
    return [ring.user.name for ring in duty.phone.rings]


class Case:
    """One incident on the pure core, whose pages are told by hand. `answer` is what was told last."""

    def __init__(
        self,
        pager: PagerDuty,
        *,
        severity: Severity = Severity.P0,
        uuid: str = UUID,
    ) -> None:
        self.pager = pager
        self.now = T0
        asked = Declare(uuid, ANA, "checkout is down", severity, "x4k2", number=7)
        self.incident: Incident
        self.effects: tuple[Effect, ...] = ()
        self._keep(decide(None, asked, now=T0, policy=POLICY))

    def do(self, command: Command) -> tuple[Effect, ...]:
        self._keep(decide(self.incident, command, now=self.now, policy=POLICY))
        return self.effects

    def fire(self, rung: PlannedRung) -> tuple[Effect, ...]:
        """What follows when a rung's instant comes."""
        assert rung.at is not None
        self.now = rung.at
        return self.do(TimerFired(rung.name, rung.at))

    def asks(self, kind: type[SendPage | AckPage | ResolvePage]) -> list[SendPage | AckPage | ResolvePage]:
        """The effects of this kind that the last decision led to."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    async def tell(self, effect: Effect, *, unknown: bool = False) -> Answer | None:
        return await self.pager.tell(
            self.incident, Claimed(1, self.incident.id, effect, 1, 2 if unknown else 1, unknown, T0)
        )

    async def page(self, *, unknown: bool = False) -> PageDelivered | None:
        """Tell the page that the last decision asked for, and remember that it was delivered."""
        (effect,) = self.asks(SendPage)
        delivered = await self.tell(effect, unknown=unknown)
        if not isinstance(delivered, PageDelivered):
            return None
        self.do(delivered)
        return delivered

    async def escalate(self, to: str, *, unknown: bool = False) -> PageDelivered | None:
        self.do(Escalate(ANA, to, "still down"))
        return await self.page(unknown=unknown)

    async def acknowledge(self, by: str = ANA) -> None:
        self.do(Acknowledge(by))
        for effect in self.asks(AckPage):
            await self.tell(effect)

    def _keep(self, decision: Decision) -> None:
        self.incident = replace(decision.incident, version=decision.incident.version + 1)
        self.effects = decision.effects
