"""What each button and menu does: a command, a window, or a list for the one who pressed. Knows no rule."""

from collections.abc import Awaitable, Callable, Mapping

from incidentbot.core import commands, ladder_commands
from incidentbot.core.afterwards.commands import ChangeAction
from incidentbot.core.afterwards.leftovers import ActionState
from incidentbot.core.commands import Person
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import Ref, RefKind
from incidentbot.slack import asks, names
from incidentbot.slack.cards import lists
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.listening.doorway import Doorway
from incidentbot.slack.listening.exchange import Press, Turn, press, said
from incidentbot.slack.listening.run_buttons import RUN_BUTTONS
from incidentbot.slack.windows import forms
from incidentbot.slack.windows.parts import View

AS_IN_PAGERDUTY = "as its priority in PagerDuty"

Work = Callable[[Doorway, Turn, Press], Awaitable[Shown | None]]


async def pressed(door: Doorway, turn: Turn) -> Shown | None:
    """Do what a button says; what comes back is for the one who pressed. None: the room shows it. Raises Refused."""
    one = press(turn)
    work = BUTTONS.get(one.action_id)
    if work is None:
        raise Refused("This button is from another version of me. The newest card has the present ones.")
    return await work(door, turn, one)


def _quietly(command: Callable[[Press, str], Person]) -> Work:
    """A button whose command shows in the room."""

    async def work(door: Doorway, turn: Turn, one: Press) -> None:
        await door.desk.handle(command(one, turn.user), ref=one.incident, request=one.key)

    return work


def _aloud(command: Callable[[Press, str], Person]) -> Work:
    """A button whose command is answered to the one who pressed."""

    async def work(door: Doorway, turn: Turn, one: Press) -> Shown:
        receipt = await door.desk.handle(command(one, turn.user), ref=_named(one), request=one.key)
        return said(receipt.reply)

    return work


def _opening(form: Callable[[Doorway, Incident], View]) -> Work:
    """A button that opens a window about the incident."""

    async def work(door: Doorway, turn: Turn, one: Press) -> None:
        await door.open_window(turn.trigger, form(door, await door.incident(one.incident)))

    return work


def _severity(one: Press) -> Severity:
    if one.about.extra not in set(Severity):
        raise Refused("This button is from another version of me. Use `/incident severity`.")
    return Severity(one.about.extra)


def _settled(one: Press, by: str) -> ChangeAction:
    if not one.about.extra.isdecimal():
        raise Refused("This button is from another version of me. Use `/incident actions`.")
    return ChangeAction(by, int(one.about.extra), ActionState.DONE)


def _named(one: Press) -> Ref:
    """The incident to join may be another than the button's own: a twin, by its number."""
    if one.action_id == names.JOIN and one.about.extra:
        return Ref(RefKind.NUMBER, one.about.extra)
    return one.incident


async def _postmortem(door: Doorway, turn: Turn, one: Press) -> Shown:
    incident = await door.incident(one.incident)
    return said(forms.draft_words(incident, await door.desk.postmortem_link(incident, turn.user)))


async def _runbooks(door: Doorway, _: Turn, one: Press) -> Shown:
    incident = await door.incident(one.incident)
    return lists.matches(incident, door.desk.runbooks("", incident), "")


async def _declare(door: Doorway, turn: Turn, _: Press) -> None:
    await door.open_window(turn.trigger, forms.declare_form(door.desk.policy, asks.Form()))


async def _answer_trial(door: Doorway, turn: Turn, one: Press) -> Shown:
    return said(await door.desk.answer_trial(one.about.extra, turn.user))


async def _nothing(_: Doorway, __: Turn, ___: Press) -> None:
    """A link opens by itself; Slack wants its press acknowledged all the same."""


def _chosen(menu: Mapping[str, Work]) -> Work:
    """A menu: each choice is a button of its own."""

    async def work(door: Doorway, turn: Turn, one: Press) -> Shown | None:
        if one.chosen not in menu:
            raise Refused("This menu is from another version of me. The newest card has the present one.")
        return await menu[one.chosen](door, turn, one)

    return work


CARD_MENU: Mapping[str, Work] = {
    "severity": _opening(lambda door, incident: forms.severity_form(incident, door.desk.policy)),
    "stage": _opening(lambda _, incident: forms.stage_form(incident)),
    "impact": _opening(lambda _, incident: forms.impact_form(incident)),
    "runbook": _runbooks,
    "postmortem": _postmortem,
}

BUTTONS: Mapping[str, Work] = {
    names.ACK: _quietly(lambda _, by: commands.Acknowledge(by)),
    names.ESCALATE: _opening(lambda door, incident: forms.escalate_form(incident, door.desk.policy.chains)),
    names.ESCALATE_NOW: _quietly(lambda one, by: commands.Escalate(by, shown=one.about.extra)),
    names.PAGE_NOW: _quietly(lambda _, by: ladder_commands.PageNow(by)),
    names.STILL_ON_IT: _aloud(lambda _, by: ladder_commands.StillOnIt(by)),
    names.HAND_OVER: _aloud(lambda _, by: ladder_commands.HandOver(by)),
    names.UPDATE: _opening(lambda _, incident: forms.update_form(incident)),
    names.RESOLVE: _opening(lambda _, incident: forms.resolve_form(incident)),
    names.REOPEN: _opening(lambda _, incident: forms.reopen_form(incident)),
    names.CLOSE: _quietly(lambda _, by: commands.Close(by)),
    names.JOIN: _aloud(lambda _, by: commands.Join(by)),
    names.LEAD: _quietly(lambda _, by: commands.TakeRole(by, "lead", by)),
    names.POSTMORTEM: _postmortem,
    names.ACTION_DONE: _aloud(_settled),
    names.RETRY: _aloud(lambda one, by: commands.RetryEffect(by, one.about.extra)),
    names.SEVERITY_TO: _aloud(lambda one, by: commands.ChangeSeverity(by, _severity(one), AS_IN_PAGERDUTY)),
    names.MORE: _chosen(CARD_MENU),
    names.DECLARE: _declare,
    names.ANSWER_TRIAL: _answer_trial,
    names.OPEN_LINK: _nothing,
    **RUN_BUTTONS,
}
"""Action id -> what it does."""
