"""What people do beside Slack from the page: answer a phone, skip time, crash the bot. Each deed answers with a complaint or nothing."""

from datetime import timedelta

from incidentbot.playground.pages.desk import BotControl, Desk
from incidentbot.playground.pages.drawing.fields import Form
from incidentbot.playground.pages.handset import is_asked
from incidentbot.playground.pages.spot import Spot
from incidentbot.playground.pages.talking import word
from incidentbot.playground.slack.answers import NotThereError

SKIPS = frozenset({5, 15, 60})  # minutes


def _owner(desk: Desk, form: Form) -> str:
    """The address by which the pager knows whose phone it is."""
    name = word(form, "owner")
    person = next((one for one in desk.slack.workspace.people.values() if one.name == name), None)
    if person is None:
        raise NotThereError(f"nobody called {name} has a phone")
    return person.email


async def acknowledge(desk: Desk, _: Spot, form: Form) -> str:
    """Tap Acknowledge on the phone; whoever was asked to help joins."""
    owner, identity = _owner(desk, form), word(form, "page")
    incident, user = desk.pagerduty.incidents.find(identity), desk.pagerduty.account.user(owner)
    if incident and user and is_asked(incident, user):
        await desk.pagerduty.respond(identity, owner, joins=True)
    else:
        await desk.pagerduty.acknowledge(identity, owner)
    return ""


async def resolve(desk: Desk, _: Spot, form: Form) -> str:
    """Tap Resolve on the phone."""
    await desk.pagerduty.resolve(word(form, "page"), _owner(desk, form))
    return ""


async def skip(desk: Desk, _: Spot, form: Form) -> str:
    """Let 5, 15 or 60 minutes pass."""
    minutes = word(form, "minutes")
    if minutes not in {str(one) for one in SKIPS}:
        return f"Time can be skipped by {', '.join(map(str, sorted(SKIPS)))} minutes."
    await desk.skip(timedelta(minutes=int(minutes)))
    return ""


def _bot(desk: Desk) -> BotControl:
    if desk.bot is None:
        raise NotThereError("the bot is not steered from here")
    return desk.bot


async def crash(desk: Desk, _: Spot, __: Form) -> str:
    """Kill the bot's process."""
    await _bot(desk).kill()
    return ""


async def revive(desk: Desk, _: Spot, __: Form) -> str:
    """Start the bot's process again."""
    await _bot(desk).start()
    return ""
