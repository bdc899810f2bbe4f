"""What alerts lead to, decided in the transaction of their group: declare, reopen, join. Writes nothing itself."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from incidentbot.clock import new_id
from incidentbot.core.alerts.alert import AlertGroup, AlertsChanged
from incidentbot.core.alerts.group import told
from incidentbot.core.alerts.posting import post_text
from incidentbot.core.alerts.verdict import Act, changed, is_held
from incidentbot.core.commands import Declare, Reopen
from incidentbot.core.decide import decide
from incidentbot.core.decision import Decision
from incidentbot.core.incident import Incident
from incidentbot.core.ladders.alert_rules import rule_of
from incidentbot.core.ladders.ladder import INCIDENT
from incidentbot.core.maintenance.window import Window
from incidentbot.core.maintenance.wording import tag
from incidentbot.core.policy import Policy, Severity
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.alerts.alert_ports import AlertPost, AlertUnit
from incidentbot.flows.desk import suffix

PAUSE = timedelta(seconds=30)
"""Until a post that failed is tried again, where Slack names no other."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A group with something to say. level: what asks for most, as the profile names it; window: the maintenance going on.

    late: it says, too, what maintenance that is over held back.
    """

    group: AlertGroup
    level: str
    window: Window | None
    late: bool
    policy: Policy
    now: datetime

    @property
    def tag(self) -> str:
        """What the lines are marked with."""
        return tag(self.window) if self.window else "held back during maintenance" if self.late else ""

    @property
    def kind(self) -> str:
        """The workflow of an incident that the group opens."""
        return self.group.kind if self.group.kind in self.policy.workflows else INCIDENT

    @property
    def is_held(self) -> bool:
        """Whether maintenance keeps this from opening or raising anything."""
        return is_held(rule_of(self.policy, self.level), self.window)


@dataclass(frozen=True, slots=True)
class Posting:
    """A post to be made after the commit, for the group as it was kept then. again_at: when what fires is told anew."""

    group: AlertGroup
    post: AlertPost
    again_at: datetime | None


async def decided(unit: AlertUnit, telling: Telling, act: Act, incident: Incident | None) -> Decision:
    """What becomes of the group's incident: opened, reopened or joined."""
    if act is Act.OPEN or incident is None:
        return await _declared(unit, telling)
    return (_reopened if act is Act.REOPEN else _joined)(telling, incident)


def posting_of(telling: Telling) -> Posting:
    """What is posted where nothing opens. The group remembers that it may be on its way: after a kill it is looked for."""
    group = telling.group
    window = telling.window
    text = post_text(group, policy=telling.policy, tag=telling.tag, level=telling.level, window=window)
    leased = replace(group, posting_since=group.posting_since or telling.now)
    post = AlertPost(f"{group.key}:{group.posts}", text, group.posting_since)
    return Posting(leased, post, window.ends_at if window else None)


def after(telling: Telling, decision: Decision) -> AlertGroup:
    """The group once its incident has heard all of it."""
    group = telling.group
    alerts = decision.incident.alerts if not group.guest else _heard(telling).alerts
    said = told(group, telling.now, changes=len(group.untold), held=telling.is_held)
    if alerts is None:
        return replace(said, incident=decision.incident.id)
    return replace(said, incident=decision.incident.id, level=alerts.level, asked=alerts.asked)


async def _declared(unit: AlertUnit, telling: Telling) -> Decision:
    """A new incident, opened by the group's alerts. Nobody declared it, so nobody is its twin."""
    group, policy = telling.group, telling.policy
    rule = rule_of(policy, telling.level)
    command = Declare(
        id=new_id(),
        by="",
        title=group.title or telling.level,
        severity=(rule.opens if rule else None) or Severity.P0,
        room_suffix=suffix(),
        number=await unit.next_number(),
        kind=telling.kind,
        paging=not group.drill,
        drill=group.drill,
        alert=changed(group, telling.level, policy=policy, tag=telling.tag, anew=True),
    )
    return decide(None, command, now=telling.now, policy=policy)


def _reopened(telling: Telling, incident: Incident) -> Decision:
    """The incident is back, and then hears what brought it back; it may have to be raised."""
    group, policy, now = telling.group, telling.policy, telling.now
    why = f"alerts of {group.source} fire again"
    back = decide(incident, Reopen("", why, telling.level), now=now, policy=policy)
    command = changed(group, telling.level, policy=policy, tag=telling.tag, anew=True)
    return back.then(decide(back.incident, command, now=now, policy=policy))


def _joined(telling: Telling, incident: Incident) -> Decision:
    """The incident hears what changed."""
    return decide(incident, _heard(telling), now=telling.now, policy=telling.policy)


def _heard(telling: Telling) -> AlertsChanged:
    group, held = telling.group, telling.is_held
    return changed(group, telling.level, policy=telling.policy, tag=telling.tag, held=held)


def pause_after(refused: TryLater | GiveUp) -> timedelta:
    """Until a post that was refused is tried again."""
    after_s = refused.after_s if isinstance(refused, TryLater) else None
    return PAUSE if after_s is None else timedelta(seconds=after_s)
