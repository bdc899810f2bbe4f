"""The incident's card: pinned in its room, brought up to date in place, readable on a phone. Sends nothing."""

from collections.abc import Mapping, Sequence

from incidentbot.core.incident import Failure, Incident, Moment, Page, PageState, Status
from incidentbot.core.ladders.snoozing import unheld
from incidentbot.core.policy import BusinessHours, PostmortemNeed, State
from incidentbot.core.text.words import declarer, person, role_words, safe
from incidentbot.flows.ports import Connections, OnCall, RunbookMatch
from incidentbot.slack import names
from incidentbot.slack.cards.alert_lines import alert_lines
from incidentbot.slack.cards.blocks import (
    Block,
    Shown,
    actions,
    button,
    context,
    fields,
    fit,
    header,
    overflow,
    section,
)
from incidentbot.slack.cards.ladder_lines import by_voice, next_rung, unconnected
from incidentbot.slack.cards.run_lines import offered, run_lines
from incidentbot.slack.cards.wording import (
    headline,
    lamp,
    short,
    stage_words,
    status_words,
    title,
    when,
)
from incidentbot.slack.names import Target

MOST_LINES = 5
"""Pages, failures and twins each: a storm must not push the buttons off the card."""

RINGING = frozenset({PageState.WAITING, PageState.DELIVERED})

PAGE_WORDS: Mapping[PageState, str] = {
    PageState.WAITING: "is paged since",
    PageState.DELIVERED: "is paged since",
    PageState.ACKNOWLEDGED: "was paged; quiet since",
    PageState.RESOLVED: "was paged; over since",
    PageState.FAILED: "could not be paged,",
    PageState.CANCELLED: "was not paged; called off",
}
"""What goes before the instant. The card is not drawn anew once a page is delivered, so both read the same."""


def card(
    incident: Incident,
    *,
    connections: Connections,
    oncall: OnCall,
    hours: BusinessHours,
    offers: Sequence[RunbookMatch] = (),
) -> Shown:
    """The card as it is now. hours: the working hours of the profile, for rungs that count only those. offers: runbooks."""
    text = f"{headline(incident)}: {title(incident)} ({status_words(incident)})"
    body = [*_body(incident, connections, oncall, hours), *offered(incident, offers)]
    return Shown(text, fit(body, [_buttons(incident)]))


def _body(incident: Incident, connections: Connections, oncall: OnCall, hours: BusinessHours) -> list[Block]:
    blocks = [
        header(f"{lamp(incident)} {headline(incident)}"),
        section(f"*{title(incident)}*"),
        fields(_fields(incident), _take_lead(incident)),
        *alert_lines(incident),
        *_said(incident),
        *paged_lines(incident, oncall),
    ]
    if incident.status is Status.OPEN:
        blocks += [section(line) for line in next_rung(incident, oncall, hours, connections)]
        blocks += [*_snoozed(incident), *(section(line) for line in by_voice(incident, connections))]
    blocks += [*_failures(incident), *_twins(incident), *run_lines(incident)]
    notes = unconnected(incident, connections) if incident.status is Status.OPEN else []
    return [*blocks, *([context(*notes)] if notes else [])]


def _fields(incident: Incident) -> list[str]:
    stage = stage_words(incident)
    lines = [
        f"*Status*\n{status_words(incident)}",
        f"*Acknowledged*\n{_acknowledged(incident)}",
        f"*Lead*\n{person(incident.roles['lead']) if 'lead' in incident.roles else 'nobody yet'}",
        f"*Declared*\n{declarer(incident.declared_by, incident.declared_via)}, {when(incident.declared_at)}",
    ]
    if stage:
        lines.insert(1, f"*Stage*\n{safe(stage)}")
    if incident.kind != "incident":
        lines.append(f"*Kind*\n{safe(role_words(incident.kind))}")
    others = [
        f"{safe(role_words(role))} {person(who)}" for role, who in incident.roles.items() if role != "lead"
    ]
    if others:
        lines.append(f"*Roles*\n{', '.join(others)}")
    return lines


def _acknowledged(incident: Incident) -> str:
    moment = incident.milestones.get(State.ACKNOWLEDGED)
    asked = ", asked whether still on it" if incident.holders.asked_at else ""
    if moment is not None:
        return f"{person(moment.by) if moment.by else 'outside Slack'}, {when(moment.at)}{_others(incident, moment)}{asked}"
    if incident.reached(State.ACKNOWLEDGED):
        return "not asked for any more"
    due, people = incident.plan.ack, incident.plan.terms.people
    if acks := incident.holders.acks:
        named = ", ".join(person(ack.by) if ack.by else safe(ack.name) for ack in acks)
        return f"{incident.holders.people} of {people}: {named}{f'; due {when(due.due_at)}' if due else ''}"
    return f"nobody yet, due {when(due.due_at)}" if due else "nobody yet"


def _others(incident: Incident, moment: Moment) -> str:
    """Who has it beside, or instead of, whoever acknowledged first."""
    others = [ack for ack in incident.holders.acks if not ack.by or ack.by != moment.by]
    return "".join(f", {person(ack.by) if ack.by else safe(ack.name)}" for ack in others if ack.who)


def _take_lead(incident: Incident) -> Block | None:
    if "lead" in incident.roles or incident.status is not Status.OPEN:
        return None
    return button("Take the lead", names.LEAD, Target(incident.id).value)


def _said(incident: Incident) -> list[Block]:
    lines = []
    if incident.impact or incident.data_at_risk:
        risk = " :warning: data at risk" if incident.data_at_risk else ""
        lines.append(section(f"*Impact:* {short(incident.impact, 500) or 'not described'}{risk}"))
    if incident.last_update:
        at = f" ({when(incident.updated_at)})" if incident.updated_at else ""
        lines.append(section(f"*Last update*{at}: {short(incident.last_update, 700)}"))
    return lines


def paged_lines(incident: Incident, oncall: OnCall) -> list[Block]:
    """Who was rung in this epoch and what came of it, the latest last."""
    pages = [page for page in incident.pages.values() if page.epoch == incident.epoch]
    pages.sort(key=lambda page: page.asked_at)
    lines = [_page(page, oncall) for page in pages[-MOST_LINES:]]
    return [context(*lines)] if lines else []


def _page(page: Page, oncall: OnCall) -> str:
    sign = ":warning:" if page.state is PageState.FAILED else ":pager:"
    return f"{sign} {safe(oncall.paged_as(page.role))} {_page_words(page)} {when(page.settled_at or page.asked_at)}"


def _page_words(page: Page) -> str:
    is_unsure = page.state is PageState.CANCELLED and page.unknown
    return "may have been paged; called off" if is_unsure else PAGE_WORDS[page.state]


def _snoozed(incident: Incident) -> list[Block]:
    held = incident.hold.snooze
    if held is None:
        return []
    text = f":zzz: {person(held.by)} holds the ladder until {when(held.until)}; its deadlines stay.{unheld(incident)}"
    return [section(text, button("Page now", names.PAGE_NOW, Target(incident.id).value, "danger"))]


def _failures(incident: Incident) -> list[Block]:
    failures = sorted(incident.failures.values(), key=lambda failure: failure.at)
    shown = [_failure(incident, failure) for failure in failures[-MOST_LINES:]]
    hidden = len(failures) - len(shown)
    return [
        *shown,
        *([context(f"and {hidden} more that did not work: see `/incident timeline`")] if hidden else []),
    ]


def _failure(incident: Incident, failure: Failure) -> Block:
    text = f":warning: *{short(failure.what, 200)}* did not work: {short(failure.reason, 400)}"
    if not failure.final:
        return section(f"{text} Still trying.")
    return section(
        text, button("Retry", names.RETRY, Target(incident.id, extra=failure.effect).value, "primary")
    )


def _twins(incident: Incident) -> list[Block]:
    return [
        section(
            f":busts_in_silhouette: INC-{number} was declared with the same words.",
            button(f"Join INC-{number}", names.JOIN, Target(incident.id, extra=str(number)).value),
        )
        for number in incident.twins[-MOST_LINES:]
    ]


def _buttons(incident: Incident) -> Block:
    about = Target(incident.id)
    return actions(BUTTONS[incident.status](incident, about.value), names.row_id("card", about))


def _while_open(incident: Incident, value: str) -> list[Block]:
    row = [
        button("Escalate", names.ESCALATE, value),
        button("Update", names.UPDATE, value),
        button("Resolve", names.RESOLVE, value, "primary" if incident.reached(State.ACKNOWLEDGED) else ""),
        overflow(names.MORE, MORE_WHILE_OPEN),
    ]
    rings = any(page.state in RINGING for page in incident.pages.values())
    if not incident.reached(State.ACKNOWLEDGED) or incident.open_calls or rings:
        row.insert(0, button("Acknowledge", names.ACK, value, "primary"))
    return row


def _when_resolved(incident: Incident, value: str) -> list[Block]:
    wanted = "primary" if incident.plan.postmortem is PostmortemNeed.REQUIRED else ""
    return [
        button("Post-mortem", names.POSTMORTEM, value, wanted),
        button("Reopen", names.REOPEN, value),
        button("Close", names.CLOSE, value),
    ]


def _when_closed(incident: Incident, value: str) -> list[Block]:
    return [button("Post-mortem", names.POSTMORTEM, value), button("Reopen", names.REOPEN, value)]


BUTTONS = {
    Status.OPEN: _while_open,
    Status.RESOLVED: _when_resolved,
    Status.CLOSED: _when_closed,
}

MORE_WHILE_OPEN = (
    ("severity", "Change the severity"),
    ("stage", "Go to a stage"),
    ("impact", "Say the impact"),
    ("runbook", "Find a runbook"),
    ("postmortem", "Post-mortem draft"),
)
"""The menu behind the three dots: at most five (Slack's limit)."""
