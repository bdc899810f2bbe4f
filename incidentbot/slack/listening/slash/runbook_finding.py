"""Which runbook a person means by a few words. Reads through the desk; starts nothing."""

from collections.abc import Callable, Sequence

from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.runbook_match import fold
from incidentbot.core.text.words import safe
from incidentbot.documents.runbooks.steps.runbook_titles import stem_of
from incidentbot.flows.ports import RunbookMatch
from incidentbot.slack.desk import Desk
from incidentbot.slack.slash_text import fold as as_typed

_NAMES: Sequence[Callable[[RunbookMatch, str], bool]] = (
    lambda match, words: as_typed(match.path) == words,
    lambda match, words: fold(words) in {_folded(stem_of(match.path)), _folded(match.title)},
    lambda match, words: fold(stem_of(words)) == _folded(stem_of(match.path)),
)
"""What is an exact name, the closest first: the path, the file's name or the title, the name of a file elsewhere."""


def fitting(desk: Desk, words: str, incident: Incident) -> Sequence[RunbookMatch]:
    """What fits the words, best first. Raises Refused where nothing does."""
    found = desk.runbooks(words, incident) or desk.runbooks(stem_of(words), incident)
    if not found:
        raise Refused(f"No runbook fits “{safe(words[:100])}”. `/incident runbook` alone offers others.")
    return found


def beyond_doubt(found: Sequence[RunbookMatch], words: str) -> RunbookMatch | None:
    """The one of exactly this name, else the one that fits clearly best; None where a person must say which."""
    for is_named in _NAMES:
        named = [match for match in found if is_named(match, words)]
        if named:
            return named[0] if len(named) == 1 else None
    return found[0] if found[0].clear else None


def _folded(name: str) -> str:
    return fold(as_typed(name))
