"""Finds what people said must be done, and what they guessed or changed, for people to judge. Decides neither."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from incidentbot.core.facts import Recorded
from incidentbot.core.postmortems.anchors import Times
from incidentbot.core.postmortems.postmortem_actions import action_items, day
from incidentbot.core.postmortems.postmortem_rows import event_time, quote, single_rows
from incidentbot.core.postmortems.postmortem_types import FollowUp, Hint, Row
from incidentbot.core.postmortems.postmortem_wording import Prepared
from incidentbot.core.salience import Scored, is_noise
from incidentbot.core.salience_verbs import Family

BEFORE = timedelta(hours=24)
"""Changes this long before the team knew are worth a look."""

MOST_HINTS = 12
SHARED_WORD = 4
"""Letters of a word that links a guess with what denied it."""

_FOLLOW_UP = re.compile(
    r"(?i)(?:^|[\s(])(?:action(?: item)?s?|follow[- ]?ups?|todo|ticket):"
    r"|\b(?:TODO|we should(?! not)|we need to|someone should|needs? (?:a|an) (?:ticket|issue|alert|runbook|test|fix)"
    r"|i(?:'|’)?ll (?:file|raise|write|open|create|add|document|fix)|i will (?:file|raise|write|open|create|add|document|fix)"
    r"|(?:raise|file|open|create)d? (?:a|an|the) (?:ticket|issue|jira|card|pr))\b"
)
_LABEL = re.compile(r"(?i)^\W*(?:action(?: item)?s?|follow[- ]?ups?|todo|ticket): *(?=\S)")
_TRACKER = re.compile(r"https?://\S*(?:/browse/|/issues?/|/tickets?/|/boards?/|linear\.app|trello\.com)")
_NOTED = frozenset({"action", "action_item", "followup", "follow_up"})
_MINE = re.compile(r"(?i)\bi(?:'|’)?ll\b|\bi will\b")
_NOT_NOW = re.compile(r"(?i)\bwe should (?:roll|revert|restart|wait|fail|stop|be)\b|\?\s*$")
_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("detect", re.compile(r"(?i)\b(?:alert\w*|alarm\w*|monitor\w*|dashboards?|probe\w*|notice\w*)\b")),
    ("docs", re.compile(r"(?i)\b(?:doc\w*|runbooks?|guides?|wiki|readme|write ?up)\b")),
    (
        "process",
        re.compile(
            r"(?i)\b(?:process\w*|review\w*|on-?call|rota|training|drill\w*|agree\w*|communicat\w*)\b"
        ),
    ),
    (
        "mitigate",
        re.compile(
            r"(?i)\b(?:rollback|roll back|failover|backups?|restor\w*|feature flag|kill switch|retry|retries)\b"
        ),
    ),
    (
        "prevent",
        re.compile(
            r"(?i)\b(?:polic\w*|guards?|limits?|cap|quotas?|tests?|validat\w*|check\w*|block\w*|upgrade\w*|fix)\b"
        ),
    ),
)
_NEEDED = ("action", "follow", "todo", "ticket", "should", "need", "ll ", "raise", "file", "open", "create")
_NEEDED_TO_DENY = ("not", "n't", "ruled", "ruling", "red herring", "unrelated", "no longer")
"""Of these, in small letters, whatever sounds like a follow-up or a denial holds one; most messages hold none."""

_HEDGED = re.compile(
    r"(?i)\b(?:i think|i guess|maybe|perhaps|probably|might|i'd bet|suspect\w*|possibly|could be|not convinced|looks like"
    r"|i'd guess|guessing|seems)\b"
)
_PLANNED_OR_DENIED = re.compile(r"(?i)\b(?:have to|going to|red herring|ruled out|ruling (?:that|it) out)\b")
_DENIED = re.compile(
    r"(?i)\b(?:not|isn't|wasn't|don't think|ruled out|ruling (?:that|it) out|red herring|unrelated|no longer)\b"
)
_CHANGED = re.compile(
    r"(?i)\b(?:deploy\w*|releas\w*|merg\w*|pushed|rolled out|rollover|upgrad\w*|bump\w*|changed|flipped|migrat\w*|feature flag)\b"
)
_WORD = re.compile(rf"[A-Za-z][\w-]{{{SHARED_WORD - 1},}}")
_COMMON = frozenset(
    re.findall(
        r"\S+",
        "that this with from have been they them their there then than what when which were will would could should about"
        " think guess maybe perhaps probably might suspect possibly looks like seems just still again some more your ours"
        " does doesn isn't wasn't into over only also because where while here",
    )
)


def followups(scored: Sequence[Scored], prepared: Prepared, times: Times) -> tuple[FollowUp, ...]:
    """Follow-ups that were noted as such, and sentences that sound like one. Never an owner that nobody named."""
    noted = [
        _noted(recorded, prepared)
        for recorded in prepared.source.facts
        if recorded.fact.data.get("type") in _NOTED
    ]
    items = action_items(prepared)
    over = times.mitigate or times.resolve
    taken = {each for item in items for each in item.message_ids}
    said = [
        _said(each, prepared)
        for each in scored
        if each.item.id not in taken and _is_follow_up(each, over.at if over else None)
    ]
    return (*items, *noted, *said)


def hints(scored: Sequence[Scored], prepared: Prepared, times: Times) -> tuple[Hint, ...]:
    """Changes in the day before the team knew, and guesses with what was said against them later."""
    people = [each for each in scored if not is_noise(each.item.message) and each.item.message.text]
    return tuple(islice(_hints(people, prepared, times), MOST_HINTS))


def _hints(people: Sequence[Scored], prepared: Prepared, times: Times) -> Iterator[Hint]:
    denials = [(index, each) for index, each in enumerate(people) if _denies(each.item.message.text)]
    for index, each in enumerate(people):
        if _is_change(each, _told_of(each, prepared), times):
            yield Hint(_row(each, prepared), "a change before it was noticed")
        elif _is_guess(each):
            later = (denial for place, denial in denials if place > index)
            yield Hint(_row(each, prepared), "a guess", _against(each, later, prepared))


def _is_follow_up(each: Scored, over: datetime | None) -> bool:
    text = each.item.message.text
    if each.item.message.bot:
        return False
    tracked = over is not None and each.at >= over and "http" in text and _TRACKER.search(text)
    sounds = _may_hold(_NEEDED, text) and _FOLLOW_UP.search(text)
    return bool(sounds or tracked) and not _NOT_NOW.search(text)


def _may_hold(needed: Iterable[str], text: str) -> bool:
    """Whether a search is worth it. A plain loop: every message of a room is asked, and any() takes three times as long."""
    lowered = text.lower()
    for need in needed:
        if need in lowered:
            return True
    return (
        not text.isascii()
    )  # some letters of other scripts match in patterns what they are not the small letters of


def _said(each: Scored, prepared: Prepared) -> FollowUp:
    message = each.item.message
    line = next((line for line in message.text.splitlines() if _FOLLOW_UP.search(line)), message.text)
    owner = prepared.who(message.user) if _MINE.search(line) else None
    action = quote(_LABEL.sub("", line))
    links = (each.item.link,) if each.item.link else ()
    return FollowUp(action, _type_of(line), owner, None, (each.item.id,), links)


def _noted(recorded: Recorded, prepared: Prepared) -> FollowUp:
    data: Mapping[str, str] = recorded.fact.data
    owner = data.get("owner")
    ids = (data["message_id"],) if data.get("message_id") else ()
    links = tuple(item.link for item in prepared.source.messages if item.id in ids and item.link)
    action = quote(recorded.fact.text)
    return FollowUp(
        action, _type_of(action), prepared.who(owner) if owner else None, day(data.get("due", "")), ids, links
    )


def _type_of(text: str) -> str | None:
    """By the word that comes first: "a policy for X, and mention it in the guide" is about the policy."""
    found = [(match.start(), name) for name, words in _TYPES if (match := words.search(text)) is not None]
    return min(found)[1] if found else None


def _is_change(each: Scored, at: datetime, times: Times) -> bool:
    if times.detect is None or each.item.id in times.detect.ids:
        return False
    if not timedelta(0) <= times.detect.at - at <= BEFORE:
        return False
    return each.family in {Family.ACTION, Family.CHANGE} or bool(_CHANGED.search(each.item.message.text))


def _told_of(each: Scored, prepared: Prepared) -> datetime:
    """When it happened: many a change is only told of once it has done harm."""
    if ":" not in each.item.message.text:
        return each.at
    return event_time(each, prepared) or each.at


def _is_guess(each: Scored) -> bool:
    text = each.item.message.text
    telling = len(text.split()) > SHARED_WORD and not text.rstrip().endswith("?")
    guessed = telling and not each.item.message.bot and bool(_HEDGED.search(text))
    return guessed and not _PLANNED_OR_DENIED.search(text)


def _against(guess: Scored, later: Iterable[Scored], prepared: Prepared) -> tuple[Row, ...]:
    words = _nouns(guess)
    denials = islice((each for each in later if words & _nouns(each)), 2)
    return tuple(_row(each, prepared) for each in denials)


def _denies(text: str) -> bool:
    return _may_hold(_NEEDED_TO_DENY, text) and bool(_DENIED.search(text))


def _nouns(each: Scored) -> frozenset[str]:
    """Words that name things, as far as their length and a list of common words can tell."""
    return frozenset(word.lower() for word in _WORD.findall(each.item.message.text)) - _COMMON


def _row(each: Scored, prepared: Prepared) -> Row:
    return single_rows([each], prepared)[0]
