"""What became of a page that was called off: whether it rang is concluded, and said. Rings nobody."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core import answers
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Failure, Incident, Page, PageState
from incidentbot.core.ladders.paging import settle, without
from incidentbot.core.policy import State
from incidentbot.core.response import late_landing, showing
from incidentbot.core.response.paged import PAGE, answered_since, failed_fact, worked_after_all
from incidentbot.core.text.words import role_words, safe

CALLED_OFF = frozenset({PageState.ACKNOWLEDGED, PageState.RESOLVED, PageState.CANCELLED})
"""States of a page that is not to ring any more."""


def page_called_off(incident: Incident, answer: answers.PageCalledOff, *, now: datetime) -> Decision:
    """Conclude a page that is not tried any more; one that may have rung and is answered at the pager, only then.

    One that was kept back and may have rung is looked for once: its effect is told again, and rings nobody.
    """
    page = incident.pages.get(answer.page)
    if page is None or page.state not in CALLED_OFF or page.receipt is not None:
        return Decision(incident)
    if not answer.unknown:
        return _never_left(incident, page, now)
    if page.state is not PageState.CANCELLED:
        return Decision(incident)
    changed = replace(incident, pages=settle(incident, page.key, unknown=True))
    sought = Decision(changed, again=(f"{PAGE}{page.key}",))
    told = _unsure(changed, page, now) if answer.sought else sought
    return told.then(answered_since(changed, page, now))


def failed_unwanted(
    incident: Incident, page: Page, answer: answers.EffectFailed, *, now: datetime
) -> Decision | None:
    """What the failure of a page means that was called off meanwhile; None where it is told as any other.

    One that was kept back and failed for good may have rung before: it is looked for once.
    """
    if page.state not in CALLED_OFF:
        return None
    if not answer.unknown:
        return _never_left(incident, page, now)
    if not answer.final:
        return _sought(incident, page, answer, now=now)
    if page.state is not PageState.CANCELLED:
        return None
    called_off = answers.PageCalledOff(page.key, unknown=True, sought=page.unknown)
    return page_called_off(incident, called_off, now=now)


def _sought(incident: Incident, page: Page, answer: answers.EffectFailed, *, now: datetime) -> Decision:
    """Whether a page that was kept back rang cannot be learned for long: people hear of it while it is looked for."""
    if page.state is not PageState.CANCELLED or answer.effect in incident.failures:
        return Decision(incident)
    failure = Failure(answer.effect, answer.what, answer.reason, now, final=False)
    changed = replace(incident, failures={**incident.failures, answer.effect: failure})
    text = (
        f"Paging the {role_words(page.role)} was called off: {_what_came_first(incident, page)}. "
        f"A phone may have rung, and I cannot see whether it did: {safe(answer.reason)} I keep looking."
    )
    line = showing.line(changed, f"sought:{page.key}", text, Notice.FAILURE)
    return Decision(changed, (failed_fact(answer, text, now),), (*showing.card(changed), *line))


def page_answered(incident: Incident, answer: answers.PageAnswered, *, now: datetime) -> Decision:
    """Conclude a page that was called off while it may have rung, by what the pager knows of it now, or later."""
    page = incident.pages[answer.page]
    if answer.look:
        return late_landing.looked(incident, page, answer, now=now)
    concluded = _heard(incident, page, answer, now)
    return concluded if answer.rang else replace(concluded, timers=late_landing.look_out(page, now=now))


def _heard(incident: Incident, page: Page, answer: answers.PageAnswered, now: datetime) -> Decision:
    if answer.rang is None:
        return _may_have_rung(incident, page, now)
    if answer.rang:
        failure = incident.failures.get(f"{PAGE}{page.key}")
        if failure is None:
            return Decision(incident)
        return worked_after_all(incident, failure, f"{failure.what} has worked after all.", now)
    return _never_left(incident, page, now)


def _may_have_rung(incident: Incident, page: Page, now: datetime) -> Decision:
    """Worth a line only where people were told that it is still tried."""
    if f"{PAGE}{page.key}" not in incident.failures:
        return Decision(incident)
    return _unsure(incident, page, now)


def _unsure(incident: Incident, page: Page, now: datetime) -> Decision:
    changed = replace(incident, failures=without(incident, [f"{PAGE}{page.key}"]))
    text = f"Paging the {role_words(page.role)} was called off: {_what_came_first(incident, page)}. A phone may have rung."
    return _concluded(changed, page, text, now)


def _never_left(incident: Incident, page: Page, now: datetime) -> Decision:
    """Nobody was rung, and nothing is answered at the pager."""
    answering = (f"ack:{page.key}", f"resolve:{page.key}")
    changed = replace(
        incident,
        pages=settle(incident, page.key, state=PageState.CANCELLED, unknown=False),
        failures=without(incident, [f"{PAGE}{page.key}", *answering]),
    )
    text = f"The {role_words(page.role)} was not paged: {_what_came_first(incident, page)}."
    return replace(_concluded(changed, page, text, now), cancels=answering)


def _concluded(incident: Incident, page: Page, text: str, now: datetime) -> Decision:
    fact = Fact(FactKind.PAGE_CALLED_OFF, now, text, data={"page": page.key})
    line = showing.line(incident, f"called-off:{page.key}", text)
    return Decision(incident, (fact,), (*showing.card(incident), *line))


def _what_came_first(incident: Incident, page: Page) -> str:
    if incident.reached(State.RESOLVED):
        return f"{incident.name} was resolved first"
    if incident.reached(page.until):
        return f"{incident.name} was {page.until} first"
    answered = page.state is PageState.ACKNOWLEDGED  # as a called chain is, whatever milestone it goes on to
    return f"{incident.name} {'was acknowledged first' if answered else f'is {incident.severity} now'}"
