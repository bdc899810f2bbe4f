"""The team's runbooks as the desk offers them: what fits and why, one file as it is now. Reads files, writes none."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.core.runbooks.runbook_match import SEVERITY, TITLE, is_clear
from incidentbot.core.text.words import safe
from incidentbot.documents.runbooks.inside.runbook_links import with_whole_links
from incidentbot.documents.runbooks.runbook_folder import NoRunbooks, RunbookFolder, UnknownRunbook
from incidentbot.flows.values import RunbookMatch
from incidentbot.telemetry import logger

FAR_BETTER = 4
"""A word shared with a heading is a weak hint where another runbook has the name or more of the words: a person asks for it."""

log = logger(__name__)


@dataclass(slots=True)
class Shelf:
    """The port `Runbooks` over a folder. A room never reads where the folder lies: the log and `doctor` say that.

    base: the address the folder can be read at, for links that are relative; "" where there is none.
    """

    folder: RunbookFolder
    base: str = ""
    _logged: str = field(default="", init=False)

    def find(self, words: str, incident: Incident | None) -> Sequence[RunbookMatch]:
        """What fits, best first; with nothing to go by, all. Raises Refused where the folder holds none."""
        with self._for_a_room():
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
        with self._for_a_room():
            try:
                book = self.folder.by_path(path)
            except UnknownRunbook as unknown:
                raise UnknownRunbook(
                    f"There is no runbook {safe(path)}, or it cannot be read. `/incident runbook` offers others."
                ) from unknown
        return with_whole_links(book, self.base)

    async def warm(self) -> None:
        """Look through the folder beside the event loop, so that nobody's first question waits for thousands of files."""
        with suppress(Refused), self._for_a_room():
            await asyncio.to_thread(self.folder.entries)

    @contextmanager
    def _for_a_room(self) -> Iterator[None]:
        """Say that there are no runbooks without the server's path, which is logged once for each time they go."""
        try:
            yield
        except NoRunbooks as nothing:
            if nothing.sentence != self._logged:
                log.warning("no_runbooks", reason=nothing.sentence)
                self._logged = nothing.sentence
            raise NoRunbooks(nothing.in_room) from nothing
        self._logged = ""
