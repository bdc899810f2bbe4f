"""What the house knows around a run, for its card: a newer file, where its links lead, what else fits. Writes nothing."""

import posixpath
from collections.abc import Mapping
from urllib.parse import urlsplit

from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.run import Run
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.flows.ports import RunbookMatch
from incidentbot.slack.cards.run_view import Around
from incidentbot.slack.desk import Desk

MOST_OFFERED = 2


def around(desk: Desk, incident: Incident, run: Run, book: Runbook | None) -> Around:
    """Read the folder as it is now. A folder or a file that is gone is no news for a run, which keeps its own."""
    return Around(
        today=desk.clock.now().date(),
        newer=_is_newer(desk, run),
        opens=_opens(desk, run, book) if book else {},
        next_best=_next_best(desk, incident) if run.worked is False else (),
    )


def _is_newer(desk: Desk, run: Run) -> bool:
    found = _read(desk, run.path)
    return found is not None and found.path == run.path and found.sha256 != run.sha256 and bool(found.steps)


def _opens(desk: Desk, run: Run, book: Runbook) -> Mapping[str, str]:
    """Where the links of the present step's branches lead, for those that name a runbook that is there."""
    step = next((one for one in book.steps if one.id == run.step.id), None)
    targets = [branch.target for branch in step.branches if branch.target] if step else []
    found = {
        target: _named(desk, run, target) for target in targets if not target.startswith(("#", "mailto:"))
    }
    return {target: other.path for target, other in found.items() if other and other.path != run.path}


def _named(desk: Desk, run: Run, target: str) -> Runbook | None:
    """The runbook that a link names: by its path from here, or by the address at which the folder can be read."""
    if "://" not in target:
        return _read(desk, _resolved(run.path, target))
    address = urlsplit(target).path
    other = _read(desk, posixpath.basename(address))
    return other if other is not None and address.endswith(f"/{other.path}") else None


def _resolved(path: str, target: str) -> str:
    """A link of a file, as a path of the folder: the part before `#`, from where the file lies."""
    name = target.partition("#")[0]
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name.lstrip("/")))


def _read(desk: Desk, path: str) -> Runbook | None:
    try:
        return desk.read_runbook(path)
    except Refused:
        return None


def _next_best(desk: Desk, incident: Incident) -> tuple[RunbookMatch, ...]:
    """What fits the incident and was not walked in it yet, where a reason is known."""
    walked = {run.path for run in incident.runs.values()}
    try:
        found = desk.runbooks("", incident)
    except Refused:
        return ()
    return tuple(match for match in found if match.path not in walked and match.reason)[:MOST_OFFERED]
