"""What some tests need of the machine: a browser, a database server, openssl, the shared examples. Where it is absent they skip."""

import os
import shutil
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

_ENVIRONMENT = os.environ  # noqa: TID251 - where things are on this machine, for tests alone
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _chromium() -> Path | None:
    found = (shutil.which(name) for name in _CHROMIUMS)
    return next((Path(path) for path in found if path), None)


def _openssl() -> Path | None:
    found = shutil.which("openssl")
    return Path(found) if found else None


def found_postgres() -> Path | None:
    """The folder of PostgreSQL's programs, None where there is no server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def found_shared() -> Path | None:
    """The folder of shared examples, None where it is absent."""
    folder = Path(_ENVIRONMENT.get("INCIDENTBOT_SHARED", "../shared"))
    return folder if folder.is_dir() else None


def _weasyprint() -> Path | None:
    found = find_spec("weasyprint")
    return Path(found.origin) if found is not None and found.origin else None


FINDERS: Mapping[str, tuple[Callable[[], Path | None], str]] = {
    "chromium": (
        _chromium,
        "There is no Chromium here: install the package chromium to see the pages in it.",
    ),
    "openssl": (_openssl, "There is no openssl here: install the package openssl for a certificate."),
    "postgres": (found_postgres, "There is no PostgreSQL server here: install the package postgresql."),
    "weasyprint": (_weasyprint, "WeasyPrint is not here: install the extra `pdf` to write a PDF."),
    "shared": (found_shared, "The shared examples are not here: set INCIDENTBOT_SHARED to their folder."),
}
"""Need -> how it is found, and what is said where it is not."""


def shared(*parts: str) -> Path:
    """A file of the shared examples; skips the test where the folder is absent. A missing file in it is a failure."""
    path = need("shared").joinpath(*parts)
    assert path.exists(), f"{path} is not in the shared examples."
    return path


def need(what: str) -> Path:
    """Where it is; skips the test where it is absent.

    INCIDENTBOT_REQUIRE: needs that must be there, separated by commas; their absence is a failure then.
    """
    find, sentence = FINDERS[what]
    found = find()
    if found is not None:
        return found
    if what in _ENVIRONMENT.get("INCIDENTBOT_REQUIRE", "").replace(" ", "").split(","):
        pytest.fail(f"{sentence} INCIDENTBOT_REQUIRE asks for it.")
    pytest.skip(sentence)
