"""How a run begins: from its first step, or for a file that is a menu by picking a section. Starts nothing itself."""

from incidentbot.core.runbooks.run_commands import StartRun
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.documents.runbooks.runbook_menu import for_others, menu_of
from incidentbot.slack.desk import Desk


def start_of(desk: Desk, by: str, book: Runbook) -> StartRun:
    """The command that begins to walk this file."""
    return StartRun(by, desk.fresh_id(), book, menu_of(book), for_others(book))
