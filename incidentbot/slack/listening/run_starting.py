"""How a run begins: from its first step, or for a file that is a menu by picking a section. Starts nothing itself."""

from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.run_commands import StartRun
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.core.text.words import safe
from incidentbot.documents.runbooks.runbook_folder import NoRunbooks, UnknownRunbook
from incidentbot.documents.runbooks.runbook_menu import for_others, menu_of
from incidentbot.slack.desk import Desk


def start_of(desk: Desk, by: str, book: Runbook) -> StartRun:
    """The command that begins to walk this file."""
    return StartRun(by, desk.fresh_id(), book, menu_of(book), for_others(book))


def file_of(desk: Desk, path: str) -> Runbook:
    """The file behind a button, as it is now. Raises Refused, with words for a room, where it is there no more."""
    try:
        return desk.read_runbook(path)
    except (NoRunbooks, UnknownRunbook) as gone:
        raise Refused(
            f"{safe(path)} is not there any more, or cannot be read. What is being walked goes on in the version it "
            "began with; `/incident runbook` offers what is there."
        ) from gone
