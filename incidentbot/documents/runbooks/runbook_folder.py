"""The team's folders of runbooks: listed anew at every question, read once per change. Writes nothing, watches nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.runbook import Lint, Runbook
from incidentbot.core.runbooks.runbook_match import SEVERITY, Entry, Match, Query, fold, rank
from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.runbook_files import Found, files_below
from incidentbot.documents.runbooks.runbook_index import entry_of_text
from incidentbot.documents.runbooks.steps.runbook_titles import stem_of

MOST_BYTES = 1_000_000  # a longer file is read this far; the longest of 1,215 real runbooks has 60,000


class NoRunbooks(Refused):
    """The folder is missing, or holds no runbook. in_room: the same for people who are not to read where it lies."""

    def __init__(self, sentence: str, in_room: str = "") -> None:
        super().__init__(sentence)
        self.in_room = in_room or sentence


class UnknownRunbook(Refused):
    """No file of that name is in the folder."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A file as it was when it was looked at."""

    found: Found
    entry: Entry


class RunbookFolder:
    """Finds and reads runbooks below one folder or several. Safe to ask from several threads: what is kept is only replaced."""

    def __init__(self, *folders: Path) -> None:
        """folders: looked at only when something is asked; they may appear or change at any time.

        With several, a runbook's path begins with the name of its folder.
        """
        self.folders = folders
        self._known: Mapping[str, _Known] = {}
        self._books: dict[str, tuple[Found, Runbook]] = {}
        self.unreadable: tuple[str, ...] = ()
        """A sentence for each file that could not be read when the folder was last looked at."""

    @property
    def name(self) -> str:
        """The folders, as people write them."""
        return ", ".join(map(str, self.folders))

    def all(self) -> list[Runbook]:
        """Every runbook as it is now, by path. Raises NoRunbooks where there is none."""
        return [self._book(key, known.found) for key, known in sorted(self._fresh().items())]

    def entries(self) -> list[Entry]:
        """What can be searched of every runbook, by path. Raises NoRunbooks where there is none."""
        return [known.entry for _, known in sorted(self._fresh().items())]

    def find(
        self, words: str = "", incident: Incident | None = None, *, alert: str = "", service: str = ""
    ) -> list[Match]:
        """What fits, best first: to the words a person typed, else to the incident; with nothing to go by, all.

        Raises NoRunbooks where the folder holds none.
        """
        entries = self.entries()
        query = _query(words, incident, alert, service)
        found = rank(query, entries)
        if words.strip():
            return [match for match in found if match.score > SEVERITY]  # a level alone answers no words
        return found or [Match(entry, 0.0, "") for entry in entries]

    def by_path(self, path: str) -> Runbook:
        """One file as it is now, by its path in the folder, or by its name alone. Raises UnknownRunbook."""
        fresh = self._fresh()
        if path in fresh:
            return self._book(path, fresh[path].found)
        named = [key for key in sorted(fresh) if fold(stem_of(path)) == fold(stem_of(key))]
        if len(named) != 1:
            raise UnknownRunbook(self._unknown(path, named))
        return self._book(named[0], fresh[named[0]].found)

    read = by_path

    def _book(self, key: str, found: Found) -> Runbook:
        """The runbook of a file, read again only where the file has changed."""
        kept = self._books.get(key)
        if kept is not None and kept[0] == found:
            return kept[1]
        book = read_file(found.file, path=key)
        self._books[key] = (found, book)
        return book

    def _unknown(self, path: str, named: Sequence[str]) -> str:
        if named:
            return f"Several runbooks are called {path}: {', '.join(named)}. Name one with its folder."
        return f"There is no runbook {path} in {self.name}. `incidentbot runbook list` names those there are."

    def _fresh(self) -> Mapping[str, _Known]:
        """The files as they are now; only those that changed are looked into."""
        before, fresh, unreadable = self._known, {}, []
        for key, found in files_below(self.folders):
            known = before.get(key)
            try:
                fresh[key] = (
                    known if known is not None and known.found == found else _Known(found, _entry(found, key))
                )
            except FileNotFoundError:  # removed between listing and reading: it is not there now
                continue
            except OSError as problem:  # one locked file must not take the others away
                unreadable.append(f"{key} cannot be read: {problem.strerror}.")
        self.unreadable = tuple(unreadable)
        if not fresh:
            raise NoRunbooks(" ".join([_nothing(self), *unreadable]), _nothing_in_a_room(self))
        self._known = fresh
        self._books = {key: kept for key, kept in self._books.items() if key in fresh}
        return fresh


def _nothing(shelf: RunbookFolder) -> str:
    several = len(shelf.folders) > 1
    if any(folder.is_dir() for folder in shelf.folders):
        what = f"The folder{'s' if several else ''} {shelf.name} hold{'' if several else 's'} no runbooks"
    else:
        what = f"There is no folder of runbooks at {shelf.name}"
    return f"{what}. Put `*.md` files there, or name another folder with INCIDENTBOT_RUNBOOKS."


def _nothing_in_a_room(shelf: RunbookFolder) -> str:
    is_there = any(folder.is_dir() for folder in shelf.folders)
    what = "The folder of runbooks holds no runbooks" if is_there else "The folder of runbooks is not there"
    return f"{what}. Whoever runs me reads where it should be, and what to do, with `incidentbot doctor`."


def _entry(found: Found, key: str) -> Entry:
    return entry_of_text(_text(found.file), key)


def _text(file: Path) -> str:
    """What is read of a file; of one that is too long whole lines alone, lest a sign be cut in two."""
    with file.open("rb") as handle:
        data, more = handle.read(MOST_BYTES), handle.read(1)
    if more:
        data = data[: data.rfind(b"\n") + 1] or data
    return data.decode("utf-8", "replace")


def read_file(file: Path, *, path: str) -> Runbook:
    """One file anywhere. path: what it is called in what comes out. Raises UnknownRunbook where it cannot be read."""
    try:
        book = read_runbook(_text(file), path=path)
        size = file.stat().st_size
    except OSError as problem:
        raise UnknownRunbook(f"{file} cannot be read: {problem.strerror}.") from problem
    return replace(book, lint=(*book.lint, _too_long(book))) if size > MOST_BYTES else book


def _too_long(book: Runbook) -> Lint:
    """What an author must know whose file is longer than what is read of it."""
    return Lint("too-long", max(1, book.text.count("\n")), f"Only the first {MOST_BYTES:,} bytes are read.")


def _query(words: str, incident: Incident | None, alert: str, service: str) -> Query:
    if incident is None:
        return Query(words, alert, service)
    about = words.strip() or f"{incident.title} {'' if incident.kind == 'incident' else incident.kind}"
    named = incident.alerts.names if incident.alerts is not None and not words.strip() else ()
    alerts = tuple(dict.fromkeys(one for name in named for one in (name, _bare(name))))
    return Query(about, alert, service, incident.severity.value, alerts)


def _bare(name: str) -> str:
    """An alert's own name: a card tells where it fires in brackets behind it, `HighErrorRate (web-1)`."""
    return name.partition(" (")[0]
