"""The files a profile is made of, merged: mappings merge, lists and words are replaced. Judges no word of them.

Business hours are replaced as a whole: `mon-thu` laid upon `mon-fri` would mean both.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from incidentbot.policies import yaml_strict
from incidentbot.policies.findings import refusal

HERE = Path(__file__).parent
SUFFIX = ".yaml"
FIRST = "default"
WHOLE = frozenset({("business_hours",)})
MAX_BYTES = 256 * 1024
"""The fullest profile is 6 KB; a file of this size was meant for something else."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field was written last."""

    file: Path
    line: int

    def __str__(self) -> str:
        """The file by its name, and the line."""
        return f"{self.file.name} line {self.line}"


@dataclass(frozen=True, slots=True)
class Layers:
    """A profile as written, merged. `places` tells for each field where its last word stands."""

    value: dict[str, Any]
    places: dict[yaml_strict.Path, Place]
    sha256: str
    files: tuple[Path, ...]

    def place(self, path: yaml_strict.Path) -> Place:
        """Where `path` stands; for a field that is missing, where it would stand."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path) or Place(self.files[-1], 1)

    def is_guess(self, path: yaml_strict.Path) -> bool:
        """Whether only the built-in profile speaks of this field."""
        return self.place(path).file == HERE / f"{FIRST}{SUFFIX}"


def shipped() -> tuple[str, ...]:
    """The ids of the profiles that come with the bot, the built-in one first."""
    ids = sorted(file.stem for file in HERE.glob(f"*{SUFFIX}"))
    return (FIRST, *(name for name in ids if name != FIRST))


def locate(name_or_path: str | Path, *, beside: Path | None = None) -> Path:
    """The file of a shipped id or of a path (relative to `beside` in an `extends`). Raises PolicyError."""
    name = str(name_or_path)
    if name in shipped():
        return HERE / f"{name}{SUFFIX}"
    path = Path(name).expanduser()
    if beside is not None and not path.is_absolute():
        path = beside.parent / path
    if path.is_file():
        return path.resolve()
    known = ", ".join(shipped())
    raise refusal(name, f"There is no such profile. Name one of {known}, or the path of a YAML file.")


def gather(name_or_path: str | Path) -> Layers:
    """The profile with all it extends. Raises PolicyError for what cannot be read."""
    files = [locate(name_or_path)]
    documents = [_read(files[0])]
    while (base := documents[-1][0].value.get("extends")) is not None:
        if not isinstance(base, str):
            raise refusal(files[-1].name, "`extends` names one profile: an id, or a path beside this file.")
        parent = locate(base, beside=files[-1])
        if parent in files:
            raise refusal(files[-1].name, f"`extends: {base}` leads back to where it began.")
        files.append(parent)
        documents.append(_read(parent))
    return _merged(list(reversed(files)), list(reversed(documents)))


def _read(file: Path) -> tuple[yaml_strict.Document, bytes]:
    try:
        raw = file.read_bytes()
        if len(raw) > MAX_BYTES:
            raise refusal(file.name, f"The file is larger than {MAX_BYTES // 1024} KB: this is no profile.")
        document = yaml_strict.read(raw.decode("utf-8"))
    except OSError as error:
        raise refusal(str(file), f"The file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise refusal(file.name, "The file is not UTF-8 text.") from error
    except yaml_strict.BadYaml as error:
        where = file.name if error.line is None else f"{file.name} line {error.line}"
        raise refusal(where, error.sentence) from error
    if not isinstance(document.value, dict):
        raise refusal(file.name, "A profile is a mapping of fields, like `id: my-team`.")
    return document, raw


def _merged(files: list[Path], documents: list[tuple[yaml_strict.Document, bytes]]) -> Layers:
    digest = hashlib.sha256()
    value: dict[str, Any] = {}
    places: dict[yaml_strict.Path, Place] = {}
    for file, (document, raw) in zip(files, documents, strict=True):
        digest.update(len(raw).to_bytes(8, "big") + raw)
        lines = {path: Place(file, line) for path, line in document.lines.items()}
        value = _merge(value, document.value, (), places, lines)
        places |= lines
    return Layers(value, places, digest.hexdigest(), tuple(files))


def _merge(
    base: dict[str, Any],
    over: dict[str, Any],
    path: yaml_strict.Path,
    places: dict[yaml_strict.Path, Place],
    lines: dict[yaml_strict.Path, Place],
) -> dict[str, Any]:
    """`over` laid upon `base`; the places of what it replaces are forgotten."""
    merged = dict(base)
    for key, value in over.items():
        here = (*path, key)
        if isinstance(value, dict) and isinstance(base.get(key), dict) and here not in WHOLE:
            merged[key] = _merge(base[key], value, here, places, lines)
            continue
        for known in [place for place in places if place[: len(here)] == here]:
            del places[known]
        merged[key] = value
    return merged
