"""Paging: who is rung under which key, and what is called off when a page has become pointless."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import count

from incidentbot.core.anew import replace
from incidentbot.core.decision import Decision
from incidentbot.core.effects import AckPage, Effect, Mirror, ResolvePage, SendPage
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Failure, Incident, Page, PageState
from incidentbot.core.ladders.summons import EMAIL, answer, summon
from incidentbot.core.policy import Policy, State
from incidentbot.core.response import showing
from incidentbot.core.text.words import role_words, safe

PAGER = "pagerduty"
"""The notifier that rings phones."""

AGAIN = "-again"
"""What the key of a page ends in that takes the place of a withdrawn one."""

OPENING = "opening"
"""The rung of the page that leaves on declaring."""

RUNG = frozenset({PageState.WAITING, PageState.DELIVERED, PageState.ACKNOWLEDGED})
"""States of a page that the pager may know of and that is not over."""


def page_role(
    incident: Incident,
    role: str,
    *,
    rung: str,
    until: State,
    now: datetime,
    policy: Policy,
) -> Decision:
    """Ring `role` once for this rung. The key (epoch:rung) makes a second decision for the same rung the same page.

    Where no pager is connected the role is only invited; the card says that paging is off. A drill that pages nobody
    says whom it would page.
    """
    if incident.rehearsed:
        return _rehearse(incident, role, rung=rung, now=now)
    key = f"{incident.epoch}:{rung}"
    while key in incident.pages and incident.pages[key].state is PageState.CANCELLED:
        key += AGAIN  # it was withdrawn before it left, and its effect is spent: asked for anew, it is a new page
    if key in incident.pages:
        return Decision(incident)
    decision = _ring(incident, role, key=key, until=until, now=now, policy=policy)
    return decision.then(summon(decision.incident, role, key=key, until=until, policy=policy))


def page_opening(incident: Incident, *, policy: Policy, now: datetime) -> Decision:
    """Reach the first role as the severity asks for it at once: ring it, or where nobody is paged only write to it."""
    opening, until = incident.plan.opening, State.ACKNOWLEDGED
    if not incident.paging and not (incident.rehearsed and opening):
        return Decision(incident)
    if opening is None:
        first, key = incident.plan.chain[0], f"{incident.epoch}:{OPENING}"
        return summon(incident, first, key=key, until=until, policy=policy, ways=(EMAIL,))
    return page_role(incident, opening, rung=OPENING, until=until, now=now, policy=policy)


def _ring(
    incident: Incident, role: str, *, key: str, until: State, now: datetime, policy: Policy
) -> Decision:
    if PAGER not in policy.connected:
        called = replace(incident, called=(*incident.called, role))
        return Decision(called, effects=_beside_the_page(incident, role, key, policy, "Calling in"))
    page = Page(key, role, incident.epoch, now, until)
    changed = replace(incident, pages={**incident.pages, key: page})
    fact = Fact(FactKind.PAGED, now, f"Paged the {role_words(role)}.", data={"page": key, "role": role})
    effects: tuple[Effect, ...] = (SendPage(key, role, page_summary(incident)),)
    return Decision(changed, (fact,), effects + _beside_the_page(changed, role, key, policy, "Paging"))


def _rehearse(incident: Incident, role: str, *, rung: str, now: datetime) -> Decision:
    """Say whom a real incident would page now, in the room and on the timeline."""
    text = f"This is a drill: the {role_words(role)} would be paged now. Nobody is."
    fact = Fact(FactKind.REHEARSED, now, text, data={"role": role, "rung": rung})
    line = showing.line(incident, f"rehearsed:{rung}", text)
    return Decision(replace(incident, called=(*incident.called, role)), (fact,), line)


def page_summary(incident: Incident) -> str:
    """What the phone shows; of a private incident the number alone, since PagerDuty shows it to everybody there."""
    drill = "DRILL " if incident.drill else ""
    if incident.private:
        return f"{drill}[{incident.severity}] private incident {incident.name}"
    return f"{drill}[{incident.severity}] {incident.name}: {incident.title}"


def _beside_the_page(
    incident: Incident, role: str, key: str, policy: Policy, doing: str
) -> tuple[Effect, ...]:
    invite = showing.invitation(incident, key, (role,))
    on_call_channel = policy.channels.get("oncall")
    if on_call_channel is None or incident.private:
        return invite
    text = f"{doing} the {role_words(role)} for {incident.name} ({incident.severity}): {safe(incident.title)}"
    return (*invite, Mirror(key, on_call_channel, text))


def call_off(
    incident: Incident, by: str, *, over: bool, now: datetime, spared: Collection[str] = ()
) -> Decision:
    """Stop the pages of this incident: acknowledge them at the pager or, when it is `over`, resolve them.

    A page that waits is cancelled, unless its rung goes on until a later milestone and is of no called chain that was
    answered; one in flight is followed by its ack in the same lane. The ack is sent for cancelled ones too, since an
    earlier try may have arrived. spared: the keys of pages that go on.
    """
    pages: dict[str, Page] = dict(incident.pages)
    effects: list[Effect] = []
    pointless: list[str] = []
    answered = _answered(incident)
    for page in incident.pages.values():
        if page.key in spared:
            continue
        ended = over or incident.reached(page.until) or page.key in answered
        if ended:
            pointless.append(f"page:{page.key}")
        if not _may_ring(page) or (page.state is PageState.ACKNOWLEDGED and not over):
            continue
        if page.state is PageState.WAITING and not ended:
            continue
        state = PageState.RESOLVED if over else PageState.ACKNOWLEDGED
        pages[page.key] = replace(page, state=state, settled_at=now)
        teller = ResolvePage if over else AckPage
        effects.append(teller(page.key, page.role, by))
    changed = replace(incident, pages=pages, failures=without(incident, _not_tried(incident, pointless)))
    called_off = Decision(changed, effects=tuple(effects), cancels=tuple(pointless))
    return called_off.then(answer(changed, by, over=over, now=now, spared=spared, ended=answered))


def _answered(incident: Incident) -> Collection[str]:
    """The keys of what belongs to called chains that somebody has answered."""
    rungs = {call.rung.name for call in incident.calls if call.answered_at is not None}
    return {key for key in (*incident.pages, *incident.summons) if rung_of(key) in rungs}


def _not_tried(incident: Incident, effects: Iterable[str]) -> list[str]:
    """Those that failed for good; one that is still tried is concluded once it is known what came of it."""
    return [key for key in effects if key in incident.failures and incident.failures[key].final]


def _may_ring(page: Page) -> bool:
    """Whether the pager may know of it and it is not over."""
    return page.state in RUNG or (page.state in {PageState.FAILED, PageState.CANCELLED} and page.unknown)


def without(incident: Incident, effects: Iterable[str]) -> Mapping[str, Failure]:
    """The failures less those of these effects."""
    gone = set(effects)
    return {key: failure for key, failure in incident.failures.items() if key not in gone}


def is_typed(page: Page) -> bool:
    """Whether a person asked for it, and not the ladder."""
    return page.key.startswith(f"{page.epoch}:typed")


def rung_of(key: str) -> str:
    """The name of the rung that the page of this key is of: `1:typed-2:1` is of `typed-2`."""
    return key.split(":")[1].removesuffix(AGAIN)


def keep_quiet(incident: Incident, now: datetime) -> Decision:
    """Cancel the pages of the ladder that have not left yet: the level that asked for them is no more."""
    waiting = [
        page for page in incident.pages.values() if page.state is PageState.WAITING and not is_typed(page)
    ]
    cancelled = {page.key: replace(page, state=PageState.CANCELLED, settled_at=now) for page in waiting}
    keys = tuple(f"page:{page.key}" for page in waiting)
    return Decision(replace(incident, pages={**incident.pages, **cancelled}), cancels=keys)


def ring_withdrawn(incident: Incident, *, policy: Policy, now: datetime) -> Decision:
    """Ring whom rungs of the present ladder had asked for and a quieter level withdrew: they fired and rang nobody."""
    decision = Decision(incident)
    ladder = {rung.name for rung in incident.plan.rungs}
    for page in incident.pages.values():
        rung = page.key.removeprefix(f"{incident.epoch}:").replace(AGAIN, "")
        withdrawn = page.state is PageState.CANCELLED and page.epoch == incident.epoch
        if not withdrawn or rung.partition(":")[0] not in ladder or incident.reached(page.until):
            continue
        if not rung_before(decision.incident, page.role):
            decision = decision.then(
                page_role(decision.incident, page.role, rung=rung, until=page.until, now=now, policy=policy)
            )
    return decision


def ties(page: Page) -> Mapping[str, int]:
    """The pager's own incident of this page, where it gave one, and the epoch that it rings in."""
    return {page.receipt: page.epoch} if page.receipt and not is_alert(page.receipt) else {}


def is_alert(receipt: str) -> bool:
    """Whether the pager gave no more than our own key back: an alert, which nothing can be written on."""
    return ":" in receipt


def standing_page(incident: Incident) -> Page | None:
    """The page whose incident at the pager stands for the present epoch: the first that was taken."""
    taken = [
        page
        for page in incident.pages.values()
        if page.epoch == incident.epoch and page.receipt and not is_alert(page.receipt)
    ]
    return min(taken, key=lambda page: page.asked_at, default=None)


def typed_rung(incident: Incident) -> str:
    """The name of the next page that a person asks for: unique in all epochs, since calls and phones outlast theirs."""
    typed = [page.key.split(":")[1] for page in incident.pages.values() if is_typed(page)]
    taken = {*typed, *(call.rung.name for call in incident.calls)}
    return next(
        name
        for number in count(len(typed) + len(incident.called) + 1)
        if (name := f"typed-{number}") not in taken
    )


def roles_paged(incident: Incident) -> frozenset[str]:
    """The roles that were paged or called in the present epoch, whatever came of it."""
    paged = (page.role for page in _not_withdrawn(incident) if page.epoch == incident.epoch)
    return frozenset((*paged, *incident.called))


def rung_before(incident: Incident, role: str) -> bool:
    """Whether a rung of this epoch has rung the role already: a raised severity does not ring it twice.

    A page that failed for good rang nobody: the next rung of its role is another try.
    """
    ladder = f"{incident.epoch}:rung-"
    mine = (page for page in _not_withdrawn(incident) if page.role == role and page.key.startswith(ladder))
    return any(page.state is not PageState.FAILED or page.unknown for page in mine)


def _not_withdrawn(incident: Incident) -> list[Page]:
    """The pages that were not cancelled before they left: a role that never rang was not paged."""
    return [page for page in incident.pages.values() if page.state is not PageState.CANCELLED]


def settle(incident: Incident, key: str, **changes: object) -> Mapping[str, Page]:
    """The pages with one of them changed."""
    return {**incident.pages, key: replace(incident.pages[key], **changes)}  # type: ignore[arg-type] # by name
