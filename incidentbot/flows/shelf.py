"""The team's runbooks as the desk offers them: what fits and why, one file as it is now. Reads files, writes none."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.core.runbooks.runbook_match import SEVERITY, TITLE, is_clear
from incidentbot.documents.runbooks.inside.runbook_links import with_whole_links
from incidentbot.documents.runbooks.runbook_folder import RunbookFolder
from incidentbot.flows.values import RunbookMatch

FAR_BETTER = 4
"""A word shared with a heading is a weak hint where another runbook has the name or more of the words: a person asks for it."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The port `Runbooks` over a folder.

    base: the address the folder can be read at, for links that are relative; "" where there is none.
    """

    folder: RunbookFolder
    base: str = ""

    def find(self, words: str, incident: Incident | None) -> Sequence[RunbookMatch]:
        """What fits, best first; with nothing to go by, all. Raises Refused where the folder holds none."""
        found = self.folder.find(words, incident)
        best, clear = max((one.score for one in found), default=0.0), is_clear(found)
        return [
            RunbookMatch(
                one.path,
                one.title,
                one.reason,
                level_alone=one.score <= SEVERITY,
                faint=one.score < min(TITLE, best / FAR_BETTER),
                clear=clear and one is found[0],
            )
            for one in found
        ]

    def read(self, path: str) -> Runbook:
        """One file, as it is now, its links made whole. Raises Refused where there is none."""
        return with_whole_links(self.folder.by_path(path), self.base)

    async def warm(self) -> None:
        """Look through the folder beside the event loop, so that nobody's first question waits for thousands of files."""
        with suppress(Refused):
            await asyncio.to_thread(self.folder.entries)
