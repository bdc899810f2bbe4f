"""Which files below some folders are runbooks. Lists names and times; opens no file."""

import os  # walking with the kinds of the entries at hand, which pathlib cannot
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from incidentbot.documents.runbooks.steps.runbook_titles import stem_of

SUFFIXES = (".md", ".md.erb", ".markdown")


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it is now: `changed_ns` and `size` tell whether it is still the same."""

    file: Path
    changed_ns: int
    size: int


def files_below(folders: Sequence[Path]) -> list[tuple[str, Found]]:
    """Every markdown file, hidden folders and README files left out, by its path with slashes.

    With several folders the path begins with the folder's name, and its parent's where two are called alike.
    """
    found: list[tuple[str, Found]] = []
    for prefix, folder in zip(_prefixes(folders), folders, strict=True):
        found.extend(
            (f"{prefix}{key}", file) for key, file in sorted(_below(folder, ""), key=lambda pair: pair[0])
        )
    return found


def _prefixes(folders: Sequence[Path]) -> list[str]:
    if len(folders) <= 1:
        return [""] * len(folders)
    names = Counter(folder.name for folder in folders)
    return [
        f"{folder.parent.name}/{folder.name}/" if names[folder.name] > 1 else f"{folder.name}/"
        for folder in folders
    ]


def _below(folder: Path, inside: str) -> Iterator[tuple[str, Found]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:  # a folder that is missing or closed holds nothing
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path), f"{inside}{entry.name}/")
        elif entry.name.lower().endswith(SUFFIXES) and stem_of(entry.name).lower() != "readme":
            yield from _found(entry, f"{inside}{entry.name}")


def _found(entry: os.DirEntry[str], key: str) -> Iterator[tuple[str, Found]]:
    try:
        status = entry.stat()
        if entry.is_file():
            yield key, Found(Path(entry.path), status.st_mtime_ns, status.st_size)
    except OSError:  # removed while it was listed, or a link to nowhere
        return
