"""`/incident`: reads what was typed, asks the desk, answers the asker. Knows no rule about incidents."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, get_args

from incidentbot.core import commands
from incidentbot.core.commands import Person
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks import run_commands
from incidentbot.core.runbooks.moving import latest, named, unnamed
from incidentbot.core.runbooks.run import Run
from incidentbot.core.text.words import day_and_time, safe
from incidentbot.flows.ports import ListFilter, Ref, RefKind
from incidentbot.slack import after_asks, asks, house_asks
from incidentbot.slack.cards import lists
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.cards.duty import on_call
from incidentbot.slack.cards.help import command_help
from incidentbot.slack.cards.incident import card
from incidentbot.slack.listening.doorway import Doorway
from incidentbot.slack.listening.exchange import Turn, said
from incidentbot.slack.listening.run_starting import start_of
from incidentbot.slack.listening.slash import checking, slash_after, slash_maintenance, slash_people
from incidentbot.slack.listening.slash.runbook_finding import beyond_doubt, fitting
from incidentbot.slack.listening.slash.slash_commands import PLAIN
from incidentbot.slack.listening.slash.typed import Typed
from incidentbot.slack.listening.slash.writers_time import instant_of, why_that_day, zone_of
from incidentbot.slack.offers import Offers
from incidentbot.slack.payloads import text
from incidentbot.slack.slash_grammar import parse
from incidentbot.slack.slash_verbs import RUN_MOVES
from incidentbot.slack.windows import forms

MOST_NAMED = 5
UNMOVED = frozenset({"steps", "resume"})
"""Of what is asked of a run, what shows it and moves it nowhere."""


async def answer(door: Doorway, turn: Turn) -> Shown | None:
    """Do what was typed. None: a window was opened instead. Raises Refused."""
    here = await door.desk.incident(turn.room) if turn.room else None
    parsed = parse(text(turn.body, "text"), policy=door.desk.policy, in_room=here is not None)
    if parsed.number is not None:
        here = await door.incident(Ref(RefKind.NUMBER, str(parsed.number)))
    if here is None and type(parsed.ask) not in ANYWHERE:
        raise Refused(await _which(door, parsed))
    typed = Typed(door, turn.user, turn.trigger, f"slash:{turn.trigger}", here, turn)
    plain = PLAIN.get(type(parsed.ask))
    if plain is not None:
        return await typed.do(plain(parsed.ask, turn.user))
    return await ANSWERS[type(parsed.ask)](typed, parsed.ask)


async def _which(door: Doorway, parsed: asks.Parsed) -> str:
    """Asks for the incident's name in what was typed, naming those that are open."""
    burning = await door.desk.incidents(ListFilter("open", limit=MOST_NAMED))
    named = ", ".join(f"`{one.name}` ({lists.short_title(one)})" for one in burning)
    example = f"/incident {parsed.verb} INC-7{' …' if parsed.more else ''}"
    return f"Say which incident, like `{example}`. Open: {named or 'none'}."


async def _declare(typed: Typed, ask: asks.Declare) -> Shown:
    desk = typed.door.desk
    command = commands.Declare(
        id=desk.fresh_id(),
        by=typed.by,
        title=ask.title,
        severity=ask.severity,
        room_suffix=desk.suffix(),
        kind=ask.kind,
        paging=ask.paging,
        drill=ask.drill,
        private=ask.private,
    )
    receipt = await desk.handle(command, request=typed.key)
    return said(receipt.reply)


async def _form(typed: Typed, ask: asks.Form) -> None:
    await typed.door.open_window(typed.trigger, forms.declare_form(typed.door.desk.policy, ask))


async def _card(typed: Typed, _: asks.Actions | asks.Status) -> Shown:
    if typed.found is None:
        return await _list(typed, asks.ListIncidents())
    desk = typed.door.desk
    hours, offers = desk.policy.business, await Offers(desk).of(typed.incident)
    return card(typed.incident, connections=desk.connections, oncall=desk.oncall, hours=hours, offers=offers)


async def _ack(typed: Typed, ask: asks.Ack) -> Shown:
    """Words come first, so that they are kept even where somebody else was faster with the ack."""
    if not ask.words:
        return await typed.do(commands.Acknowledge(typed.by))
    await typed.do(commands.AddNote(typed.by, ask.words), ":note")
    try:
        answered = (await typed.do(commands.Acknowledge(typed.by))).text
    except Refused as refused:
        answered = refused.sentence
    return said(f"Your words are on the timeline. {answered}")


async def _update(typed: Typed, ask: asks.Update) -> Shown | None:
    if ask.text:
        return await typed.do(commands.PostUpdate(typed.by, ask.text))
    await typed.door.open_window(typed.trigger, forms.update_form(typed.incident))
    return None


async def _impact(typed: Typed, ask: asks.Impact) -> Shown | None:
    if ask != asks.Impact():
        return await typed.do(commands.SetImpact(typed.by, ask.text, ask.users, ask.data_at_risk))
    await typed.door.open_window(typed.trigger, forms.impact_form(typed.incident))
    return None


async def _note(typed: Typed, ask: asks.Note) -> Shown:
    if ask.at is None:
        return await typed.do(commands.AddNote(typed.by, ask.text))
    now = typed.door.desk.clock.now()
    zone = await zone_of(typed.door.calls, typed.by, typed.door.desk.policy.business.timezone)
    at = instant_of(ask.at, zone, now)
    await typed.do(commands.AddNote(typed.by, ask.text, at))
    return said(f"It is on the timeline under {day_and_time(at)}{why_that_day(ask.at, at, zone, now)}.")


async def _list(typed: Typed, ask: asks.ListIncidents) -> Shown:
    found = await typed.door.desk.incidents(ListFilter(ask.which, typed.by))
    return lists.incidents(found, ask.which, board=await typed.door.desk.board_link(typed.by))


async def _timeline(typed: Typed, _: asks.Timeline) -> Shown:
    return lists.timeline(typed.incident, await typed.door.desk.facts(typed.incident.id))


async def _stages(typed: Typed, _: asks.Stages) -> Shown:
    return lists.stages(typed.incident)


async def _search(typed: Typed, ask: asks.RunbookSearch) -> Shown:
    """Offer what fits; a move in front of the name of a run that is here moves that one: `resume queue-stuck`."""
    verb, _, name = ask.words.partition(" ")
    run = named(typed.found, name) if typed.found is not None and verb.casefold() in RUN_MOVES else None
    if run is not None:
        return await _moved(typed, verb.casefold(), run)
    return lists.matches(typed.found, typed.door.desk.runbooks(ask.words, typed.found), ask.words)


async def _start(typed: Typed, ask: asks.RunbookStart) -> Shown:
    desk = typed.door.desk
    found = fitting(desk, ask.words, typed.incident)
    meant = beyond_doubt(found, ask.words)
    if meant is None:
        return lists.which(typed.incident, found, ask.words)
    return await typed.do(start_of(desk, typed.by, desk.read_runbook(meant.path)))


async def _move(typed: Typed, ask: asks.RunbookMove) -> Shown:
    of = latest(typed.incident) if ask.verb in UNMOVED else unnamed(typed.incident, ask.verb)
    return await _moved(typed, ask.verb, of)


async def _moved(typed: Typed, verb: str, run: Run) -> Shown:
    if verb == "steps":
        return lists.steps(run)
    step = run.steps[run.current].id
    moves: Mapping[str, Person] = {
        "next": run_commands.FinishStep(typed.by, run.id, step, "done"),
        "back": run_commands.StepBack(typed.by, run.id),
        "resume": run_commands.ResumeRun(typed.by, run.id),
        "stop": run_commands.StopRun(typed.by, run.id),
    }
    told, title = (await typed.do(moves[verb])).text, safe(run.title)
    return said(told if verb in UNMOVED or title in told else f"{title}: {told}")


async def _postmortem(typed: Typed, _: asks.Postmortem) -> Shown:
    link = await typed.door.desk.postmortem_link(typed.incident, typed.by)
    return said(forms.draft_words(typed.incident, link))


async def _oncall(typed: Typed, ask: asks.OnCall) -> Shown:
    return on_call(ask, typed.found, typed.door.desk)


async def _help(typed: Typed, ask: asks.Help) -> Shown:
    return command_help(typed.door.desk.policy, ask.topic)


ANSWERS: Mapping[type[Any], Callable[[Typed, Any], Awaitable[Shown | None]]] = {
    asks.Declare: _declare,
    asks.Form: _form,
    asks.Actions: _card,
    asks.Ack: _ack,
    asks.Escalate: slash_people.escalate,
    asks.Stages: _stages,
    asks.TakeRole: slash_people.take_role,
    asks.Update: _update,
    asks.Impact: _impact,
    asks.Note: _note,
    asks.Status: _card,
    asks.ListIncidents: _list,
    asks.Timeline: _timeline,
    asks.RunbookSearch: _search,
    asks.RunbookStart: _start,
    asks.RunbookMove: _move,
    asks.Postmortem: _postmortem,
    house_asks.TryPage: slash_people.try_page,
    asks.OnCall: _oncall,
    **slash_after.ANSWERS,
    house_asks.ShowWindows: slash_maintenance.show,
    house_asks.SetWindow: slash_maintenance.set_window,
    house_asks.EndWindow: slash_maintenance.end,
    house_asks.Doctor: checking.examine,
    asks.Help: _help,
}
"""Ask -> its answer. Together with slash_commands.PLAIN, one row for each verb."""

ANYWHERE = frozenset(
    {
        asks.Declare,
        asks.Form,
        asks.Status,
        asks.ListIncidents,
        asks.RunbookSearch,
        asks.OnCall,
        *get_args(house_asks.HouseAsk),
        after_asks.Actions,
        asks.Help,
    }
)
"""What can be asked without naming an incident."""
