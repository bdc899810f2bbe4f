"""Which runbook a person means by a few words. Reads through the desk; starts nothing."""

from pathlib import PurePosixPath

from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.core.text.words import safe
from incidentbot.slack.desk import Desk


def best_match(desk: Desk, words: str, incident: Incident) -> Runbook:
    """The file of exactly this name, else the best match. Raises Refused where nothing fits."""
    found = desk.runbooks(words, incident)
    if not found:
        raise Refused(f"No runbook fits “{safe(words[:100])}”. `/incident runbook` alone offers others.")
    named = next(
        (match for match in found if _folded(PurePosixPath(match.path).stem) == _folded(words)), found[0]
    )
    return desk.read_runbook(named.path)


def _folded(name: str) -> str:
    return name.removesuffix(".md").replace("-", " ").replace("_", " ").casefold().strip()
