"""How the house is looked after: who hears its complaints, what health shows, and the heartbeat. Decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from incidentbot.clock import Clock
from incidentbot.core.policy import Policy
from incidentbot.flows.ports import OnCall
from incidentbot.flows.supervisor import Supervisor
from incidentbot.flows.watchdog.audit import Audit
from incidentbot.flows.watchdog.complaints import Complaints, FirstCalled, HouseStore
from incidentbot.flows.watchdog.house_ports import MatterStore
from incidentbot.flows.watchdog.trial import Chain, Trials
from incidentbot.house import House
from incidentbot.pagerduty.modes import OFF
from incidentbot.pagerduty.pager import PagerDuty
from incidentbot.slack.door import SlackDoor
from incidentbot.web.health import Health, Probe, Standing
from incidentbot.web.heartbeat import Heartbeat


def watchful(
    store: HouseStore,
    clock: Clock,
    slack: SlackDoor,
    pager: PagerDuty,
    policy: Policy,
    *,
    unread: Callable[[], Sequence[datetime]],
) -> Audit:
    """What is wrong with the house itself rings the first of the chain, where there is a pager. unread: see Audit."""
    chain = policy.chains["default"]
    first = FirstCalled(pager.house_pages(chain), chain[0] if pager.mode != OFF and chain else "")
    return Audit(store, clock, slack.silent_s, Complaints(store, clock, slack, first), unread=unread)


def trials(
    store: MatterStore, clock: Clock, slack: SlackDoor, pager: PagerDuty, policy: Policy, *, oncall: OnCall
) -> Trials:
    """Test pages walk the same chain as real ones."""
    roles = policy.chains["default"]
    chain = Chain(roles if pager.mode != OFF else (), pager.hears, oncall.people)
    return Trials(store, clock, slack, pager.house_pages(roles), chain)


def watch(house: House, tasks: Supervisor, notices: Mapping[str, Probe], standing: Standing) -> Health:
    """Have the house looked after, and what is seen shown. notices: of the doors that may be shut, by name."""
    probes = {
        "slack": house.slack.probe,
        "pagerduty": house.answers.problem,
        "delivery": house.deliverer.pulse.problem,
        "timers": house.ticker.pulse.problem,
        "alerts": house.alerts.pulse.problem,
    }
    shown = {**notices, "alerts": house.alerts.notice, "pagerduty": house.answers.notice}
    reports = [house.audit.report]
    if url := house.settings.heartbeat_url.get_secret_value():
        heartbeat = Heartbeat(url, house.audit.problem)
        reports.append(heartbeat.report)
        tasks.keep(heartbeat.run, name="heartbeat")
    tasks.keep(house.audit.run, name="audit")
    tasks.keep(house.desk.trials.run, name="test pages")
    return Health(house.store, house.clock, probes, shown, reports, standing=standing)
