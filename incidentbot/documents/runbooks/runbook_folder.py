"""The team's folder of runbooks: listed anew at every question, read once per change. Writes nothing, watches nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.core.runbooks.runbook_match import SEVERITY, Entry, Match, Query, fold, rank
from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.steps.runbook_titles import stem_of

SUFFIXES = (".md", ".md.erb", ".markdown")
MOST_BYTES = 1_000_000  # a longer file is read this far; the longest of 1,215 real runbooks has 60,000


class NoRunbooks(Refused):
    """The folder is missing, or holds no runbook."""


class UnknownRunbook(Refused):
    """No file of that name is in the folder."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it was when it was read: `stamp` is its change time and size."""

    stamp: tuple[int, int]
    runbook: Runbook
    entry: Entry


class RunbookFolder:
    """Finds and reads runbooks below one folder. Safe to ask from several threads: the cache is only ever replaced."""

    def __init__(self, path: Path) -> None:
        """path: the folder; it is looked at only when something is asked, and may appear or change at any time."""
        self.path = path
        self._read: Mapping[str, _Read] = {}
        self.unreadable: tuple[str, ...] = ()
        """A sentence for each file that could not be read when the folder was last looked at."""

    def all(self) -> list[Runbook]:
        """Every runbook as it is now, by path. Raises NoRunbooks where there is none."""
        return [read.runbook for _, read in sorted(self._fresh().items())]

    def entries(self) -> list[Entry]:
        """What can be searched of every runbook, by path. Raises NoRunbooks where there is none."""
        return [read.entry for _, read in sorted(self._fresh().items())]

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
            return fresh[path].runbook
        named = [read for key, read in sorted(fresh.items()) if fold(stem_of(path)) == fold(stem_of(key))]
        if len(named) != 1:
            raise UnknownRunbook(self._unknown(path, [read.runbook.path for read in named]))
        return named[0].runbook

    read = by_path

    def _unknown(self, path: str, named: Sequence[str]) -> str:
        if named:
            return f"Several runbooks are called {path}: {', '.join(named)}. Name one with its folder."
        return f"There is no runbook {path} in {self.path}. `incidentbot runbook list` names those there are."

    def _fresh(self) -> Mapping[str, _Read]:
        """The files as they are now; only those that changed are read."""
        before, fresh, unreadable = self._read, {}, []
        for key, file in _files(self.path):
            try:
                status = file.stat()
                stamp = (status.st_mtime_ns, status.st_size)
                known = before.get(key)
                fresh[key] = known if known is not None and known.stamp == stamp else _load(file, key, stamp)
            except FileNotFoundError:  # removed between listing and reading: it is not there now
                continue
            except OSError as problem:  # one locked file must not take the others away
                unreadable.append(f"{key} cannot be read: {problem.strerror}.")
        self.unreadable = tuple(unreadable)
        if not fresh:
            raise NoRunbooks(" ".join([_nothing(self.path), *unreadable]))
        self._read = fresh
        return fresh


def _nothing(path: Path) -> str:
    what = (
        f"The folder {path} holds no runbooks"
        if path.is_dir()
        else f"There is no folder of runbooks at {path}"
    )
    return f"{what}. Put `*.md` files there, or name another folder with INCIDENTBOT_RUNBOOKS."


def _files(folder: Path) -> list[tuple[str, Path]]:
    """Every markdown file below a folder, hidden folders and README files left out, by its path with slashes."""
    found = []
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if (
            not hidden
            and file.name.lower().endswith(SUFFIXES)
            and stem_of(file.name).lower() != "readme"
            and file.is_file()
        ):
            found.append((inside.as_posix(), file))
    return found


def _load(file: Path, key: str, stamp: tuple[int, int]) -> _Read:
    runbook = _read_text(file, key)
    return _Read(stamp, runbook, entry_of(runbook))


def _read_text(file: Path, path: str) -> Runbook:
    with file.open("rb") as handle:
        return read_runbook(handle.read(MOST_BYTES).decode("utf-8", "replace"), path=path)


def read_file(file: Path, *, path: str) -> Runbook:
    """One file anywhere. path: what it is called in what comes out. Raises UnknownRunbook where it cannot be read."""
    try:
        return _read_text(file, path)
    except OSError as problem:
        raise UnknownRunbook(f"{file} cannot be read: {problem.strerror}.") from problem


def entry_of(runbook: Runbook) -> Entry:
    """What can be searched of a runbook: its front matter, its title, its headings and the titles of its steps."""
    meta = runbook.meta
    headings = (name for step in runbook.steps for name in (*step.section, step.title))
    return Entry(
        path=runbook.path,
        title=runbook.title,
        stem=stem_of(runbook.path),
        triggers=words_in(meta.get("triggers")),
        services=words_in(meta.get("services") or meta.get("service")),
        tags=words_in(meta.get("tags")),
        severities=words_in(meta.get("severity")),
        headings=tuple(dict.fromkeys(headings)),
    )


def words_in(value: object) -> tuple[str, ...]:
    """A front matter's list as words; one text is split at commas, anything else is no list."""
    if isinstance(value, str):
        return tuple(word for part in value.split(",") if (word := part.strip()))
    if isinstance(value, list | tuple):
        return tuple(
            str(each).strip() for each in value if isinstance(each, str | int | float) and str(each).strip()
        )
    return (str(value),) if isinstance(value, int | float) and not isinstance(value, bool) else ()


def _query(words: str, incident: Incident | None, alert: str, service: str) -> Query:
    if incident is None:
        return Query(words, alert, service)
    about = words.strip() or f"{incident.title} {'' if incident.kind == 'incident' else incident.kind}"
    return Query(about, alert, service, severity=incident.severity.value)
