"""How a shell command answers, in words or in JSON, and how it refuses: exit 2 with one sentence. Decides nothing."""

import json as jsonlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

from incidentbot.core.refusals import Refused

REFUSED_EXIT = 2
"""A refusal; a bug leaves with 1."""


def answer(payload: Mapping[str, Any], text: str, *, json: bool) -> None:
    """Print the payload as JSON, or the text for people."""
    typer.echo(jsonlib.dumps(payload, ensure_ascii=False, indent=2) if json else text)


@contextmanager
def refusing(*, json: bool) -> Iterator[None]:
    """Turn a refusal inside into its sentence (or `{"error": {"code", "message"}}`) and exit 2."""
    try:
        yield
    except Refused as refused:
        if json:
            answer({"error": {"code": code(refused), "message": refused.sentence}}, "", json=True)
        else:
            typer.echo(refused.sentence, err=True)
        raise typer.Exit(REFUSED_EXIT) from refused


def code(refused: Refused) -> str:
    """The kind of a refusal as a word for programs: `AmbiguousSeverity` is `ambiguous_severity`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(refused).__name__).lower()
