"""Incidents as the rules make them, for cards and forms; and who is on call in these tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from incidentbot.core import answers, commands
from incidentbot.core.commands import Command
from incidentbot.core.decide import decide
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Policy, Severity
from incidentbot.core.runbooks import run_commands
from incidentbot.core.runbooks.runbook import Runbook, Step, StepCommand
from incidentbot.core.text.words import role_words
from incidentbot.flows.ports import Connections
from incidentbot.flows.values import Duty, Holder
from incidentbot.policies.loader import load

T0 = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
IM_CHAT = load("im-chat")
ANA, BO, CHI = "U0ANA", "U0BO", "U0CHI"
BY_PAGER = Connections(pager="rest", notifiers=frozenset({"slack", "pagerduty", "email", "phone"}))
ALONE = Connections()

NASTY = (
    "<!channel> everything is down",
    "*bold* _it_ `code` ```fence``` ~x~",
    "a & b < c > d &amp; &lt;!here&gt;",
    "<@U0BO|bo> broke <#C1|general>",
    "<https://evil.example|click>",
    "أعطال في الدفع عند الدفع",
    "🔥" * 100,
    "x" * 500,
    "&" * 500,
    "\u202eright to left\u202c",
    "line\nbreak\tand tab",
    "| pipes || in | titles",
)
"""Titles that break cards which paste what people type."""

TYPED = st.one_of(st.sampled_from(NASTY), st.text(min_size=1, max_size=500)).filter(str.strip)


@dataclass(frozen=True)
class OnCallInWords:
    """Nobody's name is known; people are bound to roles where a test says so."""

    bound: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def people(self, role: str) -> tuple[str, ...]:
        return self.bound.get(role, ())

    def paged_as(self, role: str) -> str:
        return f"the {role_words(role)}"

    def duty(self, role: str) -> Duty:
        return Duty(tuple(map(Holder, self.people(role))))


NOBODY = OnCallInWords()


def an_incident(
    title: str = "checkout is down",
    severity: Severity = Severity.P0,
    *done: Command,
    policy: Policy = IM_CHAT,
    **words: object,
) -> Incident:
    """INC-7, declared by Ana at T0, in room C0ROOM; then whatever is `done`, a minute apart."""
    born = commands.Declare("11111111-2222-4333-8444-555555555555", ANA, title, severity, "x4k2", number=7)
    declared = commands.Declare(**{**{name: getattr(born, name) for name in born.__slots__}, **words})
    incident = decide(None, declared, now=T0, policy=policy).incident
    return after(incident, answers.RoomOpened("C0ROOM"), *done, policy=policy)


def after(incident: Incident, *done: Command, policy: Policy = IM_CHAT) -> Incident:
    """The incident after these commands, a minute apart."""
    for minutes, command in enumerate(done, start=1):
        now = T0 + timedelta(minutes=minutes)
        incident = decide(incident, command, now=now, policy=policy).incident
    return incident


def a_runbook(*steps: Step, title: str = "Kafka outage", path: str = "kafka-outage.md") -> Runbook:
    """A runbook of these steps, or of three plain ones."""
    plain = tuple(
        Step(f"s{number}", f"Do thing {number}", body_md=f"{number}. **Do thing {number}.** With care.")
        for number in (1, 2, 3)
    )
    return Runbook(title, path, "sha", "", steps=steps or plain)


def a_step(**words: object) -> Step:
    """A step with one command."""
    body = "1. **Look at the lag.** It must fall.\n\n   ```bash\n   kafka-lag\n   ```\n"
    given = {
        "title": "Look at the lag",
        "body_md": body,
        "commands": (StepCommand("kafka-lag", "bash"),),
        **words,
    }
    return Step("s1", **given)  # type: ignore[arg-type] # words of the test's choosing


def walking(book: Runbook, *done: commands.Person) -> Incident:
    """INC-7 with this runbook being walked as run `r`."""
    return an_incident("x", Severity.P0, run_commands.StartRun(BO, "r", book), *done)
