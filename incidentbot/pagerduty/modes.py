"""How pages go, by the keys and the team file together; and what those leave undone. Sends nothing."""

from incidentbot.core.policy import Policy
from incidentbot.flows.values import Connections
from incidentbot.policies.check import number_to_call
from incidentbot.policies.reach import EVENTS, REST, Wiring
from incidentbot.policies.team import Team
from incidentbot.settings import Settings

__all__ = [
    "EVENTS",
    "OFF",
    "REST",
    "connections",
    "keyless_roles",
    "meant_wiring",
    "mode_of",
    "shortcomings",
    "wiring_of",
]

OFF = ""


def mode_of(settings: Settings, team: Team) -> str:
    """REST, EVENTS, or OFF where no key reaches anybody."""
    if settings.pager_mode == REST and team.service:
        return REST
    keys = [binding.pager.routing_key for binding in team.roles.values()]
    return EVENTS if settings.pagerduty_routing_key or any(keys) else OFF


def wiring_of(settings: Settings, team: Team) -> Wiring:
    """What carries a call, as it is set."""
    mode = mode_of(settings, team)
    return Wiring(mode, bool(settings.pagerduty_routing_key), bool(settings.smtp_url))


def meant_wiring(settings: Settings, team: Team) -> Wiring:
    """What carries a call; where no key is set, as the team file means it: a profile is checked where no secrets are."""
    set_up = wiring_of(settings, team)
    if settings.pager_mode:
        return set_up
    mode = REST if team.service else set_up.pager
    return Wiring(mode, main_key=mode == EVENTS, mail=set_up.mail)


def shortcomings(settings: Settings, team: Team) -> list[str]:
    """What cannot work as it is set, a sentence each: for `doctor` and the start."""
    if settings.pager_mode == REST and not team.service:
        return ["PAGERDUTY_API_TOKEN opens no incident: the team file names no `pagerduty.service`."]
    if mode_of(settings, team) == OFF:
        return ["Paging is off: neither PAGERDUTY_ROUTING_KEY nor PAGERDUTY_API_TOKEN is set."]
    return []


def keyless_roles(mode: str, team: Team, policy: Policy) -> frozenset[str]:
    """The roles whose page would only ring the first of their chain again: without a token, each needs its own key."""
    chains = policy.chains.values() if mode == EVENTS else ()
    return frozenset(role for chain in chains for role in team.without_own_key(chain))


def connections(settings: Settings, team: Team, policy: Policy, base_url: str) -> Connections:
    """What is connected, for cards to say what is not. base_url: the bot's own address, for links."""
    mode = mode_of(settings, team)
    return Connections(
        mode,
        policy.connected,
        base_url,
        keyless_roles(mode, team, policy),
        number_to_call(policy),
        hears=mode == REST or bool(settings.pagerduty_webhook_secret),
    )
