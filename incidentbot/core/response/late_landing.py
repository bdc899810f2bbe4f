"""A page that was called off may be taken by the pager long after: it is looked for twice more, and silenced there. Rings nobody."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from incidentbot.core.anew import replace
from incidentbot.core.answers import PageAnswered
from incidentbot.core.decision import Decision
from incidentbot.core.effects import AckPage, ResolvePage
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Page, PageState
from incidentbot.core.ladders.paging import settle
from incidentbot.core.policy import State
from incidentbot.core.response import showing
from incidentbot.core.text.words import role_words

LANDED = "landed:"
"""What the timer of a look begins with; its number and the page's key follow."""

LOOKS = (timedelta(seconds=30), timedelta(minutes=2))
"""After the first, which waited 5 s: a gateway gives a request up within a minute, and a queue of events drains in two."""


def look_out(page: Page, *, now: datetime) -> Mapping[str, datetime | None]:
    """The timers of the looks. For a page that the pager does not know, or of which it tells nothing."""
    return {f"{LANDED}{look}:{page.key}": now + after for look, after in enumerate(LOOKS, 1)}


def look_again(incident: Incident, name: str) -> Decision:
    """Answer the page once more at the pager, if it has it by now."""
    look, _, key = name.removeprefix(LANDED).partition(":")
    page = incident.pages.get(key)
    if page is None or page.receipt is not None:
        return Decision(incident)
    answer = ResolvePage if _is_over(incident, page) else AckPage
    moment = incident.milestones.get(State.RESOLVED if answer is ResolvePage else State.ACKNOWLEDGED)
    by = (moment.by if moment else None) or ""
    return Decision(incident, effects=(answer(page.key, page.role, by, int(look)),))


def looked(incident: Incident, page: Page, answer: PageAnswered, *, now: datetime) -> Decision:
    """A later look: worth a line only where there was something, for people read before that nobody was paged."""
    if not answer.rang or page.state is not PageState.CANCELLED:
        return Decision(incident)
    state = PageState.RESOLVED if _is_over(incident, page) else PageState.ACKNOWLEDGED
    changed = replace(incident, pages=settle(incident, page.key, state=state))
    text = (
        f"The {role_words(page.role)} was paged all the same: PagerDuty took the page after {incident.name} was {state}. "
        f"It is {state} there now."
    )
    fact = Fact(FactKind.PAGE_ACCEPTED, now, text, data={"page": page.key})
    line = showing.line(changed, f"landed:{page.key}", text)
    left = {f"{LANDED}{look}:{page.key}": None for look in range(1, len(LOOKS) + 1)}
    return Decision(changed, (fact,), (*showing.card(changed), *line), left)


def _is_over(incident: Incident, page: Page) -> bool:
    return incident.reached(State.RESOLVED) or page.epoch != incident.epoch
