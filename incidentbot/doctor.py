"""`doctor`: checks what the first incident will need, before it happens. Asks and looks; changes nothing."""

from urllib.parse import urlsplit

from incidentbot.core.policy import Policy
from incidentbot.core.refusals import GiveUp, Refused, TryLater
from incidentbot.documents.runbooks.runbook_folder import RunbookFolder
from incidentbot.documents.runbooks.runbook_places import folders_or_shipped
from incidentbot.flows.checkup import Finding
from incidentbot.outward.smtp import line_of
from incidentbot.pagerduty import doctor as pagerduty_doctor
from incidentbot.pagerduty.modes import OFF, REST, mode_of, shortcomings, wiring_of
from incidentbot.pagerduty.oncall import SlackIdOf
from incidentbot.pagerduty.pager import PagerDuty
from incidentbot.policies.check import unreached
from incidentbot.policies.connected import notifiers, unkeyed
from incidentbot.policies.findings import Finding as ProfileFinding
from incidentbot.policies.findings import Level
from incidentbot.policies.loader import load
from incidentbot.policies.team import Team, load_team
from incidentbot.settings import Settings, problems
from incidentbot.slack.door import SlackDoor
from incidentbot.web.server import LOOPBACK


async def check_connections(settings: Settings) -> list[Finding]:
    """What `doctor` finds: settings, profile, team, Slack, PagerDuty, runbooks. Changes nothing.

    Raises Refused where the settings, the profile or the team file cannot be read at all.
    """
    team, profile = load_team(settings.team), load(settings.policy)
    missing = [Finding("settings", ok=False, sentence=sentence) for sentence in problems(settings)]
    found = missing or [Finding("settings", ok=True, sentence="Slack can be heard.")]
    found += [Finding("paging", ok=False, sentence=sentence) for sentence in shortcomings(settings, team)]
    async with SlackDoor(settings) as slack:
        if settings.slack_bot_token:
            people, canvas = (*team.people, *team.groups), profile.postmortem.canvas
            found += await slack.examine({**profile.channels, **team.channels}, people, canvas=canvas)
        found += await _examine_pager(settings, team, profile, slack)
    found += _doors(settings, team)
    found += [*await _examine_mail(settings, team, profile), *_unkeyed(settings, team, profile)]
    return [*found, _runbooks_found(settings)]


def _doors(settings: Settings, team: Team) -> list[Finding]:
    """Whether PagerDuty can tell us what is done there, and monitoring what fires; and how to let them in."""
    base = settings.base_url or f"http://{settings.host}:{settings.port}"
    found = [] if mode_of(settings, team) == OFF else [_webhook(settings, team, base)]
    if settings.intake_token:
        return [
            *found,
            Finding(
                "alert intake",
                ok=True,
                sentence=f"Alerts are taken in at {base}/intake/. {_reach(settings)}".strip(),
            ),
        ]
    off = "Off: no alert opens an incident. Set INCIDENTBOT_INTAKE_TOKEN, 16 characters and more, to turn it on (docs/alerts.md)."
    return [*found, Finding("alert intake", ok=True, sentence=off)]


def _webhook(settings: Settings, team: Team, base: str) -> Finding:
    what, address = "pagerduty webhook", f"{base}/webhooks/pagerduty"
    if settings.pagerduty_webhook_secret:
        if settings.base_url and not settings.base_url.startswith("https://"):
            sentence = f"PagerDuty sends to https alone, and INCIDENTBOT_BASE_URL is {settings.base_url}. Put a proxy with TLS before me."
            return Finding(what, ok=False, sentence=sentence)
        return Finding(
            what, ok=True, sentence=f"Signed events are taken in at {address}. {_reach(settings)}".strip()
        )
    how = f"For webhooks have PagerDuty send V3 events to {address}, and set PAGERDUTY_WEBHOOK_SECRET. {_reach(settings)}".strip()
    if mode_of(settings, team) == REST:
        return Finding(
            what, ok=True, sentence=f"Not set up: I ask PagerDuty every few seconds instead. {how}"
        )
    return Finding(
        what,
        ok=True,
        sentence=f"Not set up: with a routing key alone an ack on the phone is not heard. {how}",
    )


def _reach(settings: Settings) -> str:
    """What is missing for others to reach us, "" where the address is public."""
    if settings.base_url:
        return ""
    return "Nobody outside this machine's network reaches that: set INCIDENTBOT_BASE_URL to the public https address."


async def _examine_mail(settings: Settings, team: Team, profile: Policy) -> list[Finding]:
    """Whether the mail server takes the bot, and whether there is an address of everybody who may be mailed."""
    line = line_of(settings)
    if line is None:
        return []
    try:
        await line.check()
    except (TryLater, GiveUp) as refused:
        return [Finding("mail", ok=False, sentence=refused.reason)]
    found = [Finding("mail", ok=True, sentence="The mail server takes us; no mail was sent.")]
    if mode_of(settings, team) == REST or not any("email" in r.notify for r in profile.severities.values()):
        return found
    return found + [
        Finding(
            f"mail to {role}", ok=False, sentence=f"No address of {role}: write `email` in the team file."
        )
        for role in _roles(profile)
        if not team.bound(role).email and not team.bound(role).groups
    ]


def _unkeyed(settings: Settings, team: Team, profile: Policy) -> list[Finding]:
    """What the profile lists and no key is set for; that pages are off is said by paging itself."""
    connected = notifiers(pager=mode_of(settings, team) != OFF, mail=bool(settings.smtp_url))
    missing = unkeyed(profile, connected | {"pagerduty"})
    local = urlsplit(settings.slack_api_url).hostname in LOOPBACK
    more = " In the local workspace that does not matter." if local else ""
    return [
        Finding(f"notifier {name}", ok=local, sentence=f"{profile.id} lists it: {words}.{more}")
        for name, words in missing.items()
    ]


def _roles(profile: Policy) -> list[str]:
    return list(dict.fromkeys(role for chain in profile.chains.values() for role in chain))


async def _examine_pager(settings: Settings, team: Team, profile: Policy, slack: SlackDoor) -> list[Finding]:
    pager = PagerDuty(settings, team, chains=tuple(profile.chains.values()))
    found = _unreachable(settings, team, profile)
    try:
        if pager.mode == OFF:
            return found
        problem = await pager.start()
        reached = Finding("pagerduty", ok=not problem, sentence=problem or "PagerDuty answers.")
        if problem or pager.mode != REST:
            return [reached, *found]
        wrong = await pagerduty_doctor.examine(pager.read, team, profile, _slack_id_of(settings, slack))
        return [reached, *found, *(_named(profile, one) for one in wrong)]
    finally:
        await pager.close()


def _slack_id_of(settings: Settings, slack: SlackDoor) -> SlackIdOf:
    """Without a bot token Slack cannot be asked, and nobody is called a stranger to it."""

    async def unasked(email: str) -> str:
        return email

    return slack.slack_id_of if settings.slack_bot_token else unasked


def _unreachable(settings: Settings, team: Team, profile: Policy) -> list[Finding]:
    """Rungs that reach nobody by the team file, and roles that only a phone reaches."""
    found = [one for one in unreached(profile, team, wiring_of(settings, team)) if one.level is Level.WARNING]
    named = [_named(profile, one) for one in found]
    if mode_of(settings, team) == REST:  # PagerDuty knows who is to be invited
        return named
    said = " ".join(one.message for one in found)
    unbound = [role for role in _roles(profile) if not team.bound(role).in_slack and f"({role})" not in said]
    return named + [
        Finding(
            f"role {role}", ok=False, sentence=f"Nobody in Slack is bound to {role}: add it to the team file."
        )
        for role in unbound
    ]


def _named(profile: Policy, found: ProfileFinding) -> Finding:
    return Finding(f"{profile.id} {found.where}", ok=False, sentence=found.message)


def _runbooks_found(settings: Settings) -> Finding:
    try:
        count = len(RunbookFolder(*folders_or_shipped(settings.runbooks)).all())
    except Refused as refused:
        return Finding("runbooks", ok=False, sentence=refused.sentence)
    return Finding("runbooks", ok=True, sentence=f"{count} in {settings.runbooks}.")
