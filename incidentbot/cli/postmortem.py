"""`incidentbot postmortem`: the first draft of a post-mortem, from the database or from a file. Stores and sends nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from incidentbot.cli.refusal import answer, refusing
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.postmortems.postmortem_types import Draft, DraftSource
from incidentbot.core.refusals import Refused
from incidentbot.core.text.incident_name import number_of
from incidentbot.documents.html import html_page
from incidentbot.documents.pdf import markdown_to_pdf
from incidentbot.documents.postmortem_writer import to_markdown
from incidentbot.documents.postmortems.generator import generator
from incidentbot.documents.postmortems.postmortem_import import read_export
from incidentbot.documents.postmortems.postmortem_json import draft_json

LoadSource = Callable[[int], Awaitable[DraftSource]]
"""Reads the incident of that number; raises Refused where there is none."""

TEXTS = frozenset({"", ".md", ".markdown", ".txt"})
LAID_OUT: Mapping[str, Callable[[str, str], bytes]] = {
    ".html": lambda markdown, title: html_page(markdown, title=title).encode(),
    ".htm": lambda markdown, title: html_page(markdown, title=title).encode(),
    ".pdf": lambda markdown, title: markdown_to_pdf(markdown, title=title),
}
"""What a file's name ends with -> the document as it is written there, from its Markdown and its title."""


def postmortem_app(load_source: LoadSource) -> typer.Typer:
    """The command group. load_source: how an incident is read from the database."""
    app = typer.Typer(name="postmortem", help="Drafts of post-mortems.", no_args_is_help=True)

    @app.callback()
    def group() -> None:
        """Drafts of post-mortems."""

    @app.command("draft")
    def draft(
        incident: Annotated[str | None, typer.Argument(help="An incident, like INC-7.")] = None,
        file: Annotated[Path | None, typer.Option("--from", help="An export instead of an incident.")] = None,
        out: Annotated[
            Path | None, typer.Option(help="Write it there: a page for .html, paper for .pdf, else Markdown.")
        ] = None,
        json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
    ) -> None:
        """A first draft from the facts and the room's messages, with computed times and open questions."""
        with refusing(json=json):
            _refuse_format(out)
            made = build_draft(_source(incident, file, load_source))
            markdown = to_markdown(made, generator=generator())
            if out is not None:
                _write(out, made, markdown)
        text = markdown.rstrip("\n") if out is None else f"Written to {out}."
        answer(draft_json(made, markdown=markdown), text, json=json)

    return app


def _source(incident: str | None, file: Path | None, load_source: LoadSource) -> DraftSource:
    if (incident is None) == (file is None):
        raise Refused("Name one incident, like INC-7, or one file with --from.")
    if file is not None:
        return read_export(_text_of(file), name=str(file))
    number = number_of(incident or "")
    if number is None:
        raise Refused(f'"{incident}" names no incident: write it like INC-7.')
    return asyncio.run(_loaded(load_source, number))


async def _loaded(load_source: LoadSource, number: int) -> DraftSource:
    return await load_source(number)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{file} is no UTF-8 text, so it is no export.") from error


def _refuse_format(out: Path | None) -> None:
    """Raise Refused for a file whose name promises what is not written."""
    if out is not None and out.suffix.lower() not in {*LAID_OUT, *TEXTS}:
        raise Refused(
            f"{out.suffix} cannot be written: name it .md for Markdown, .html for a page that any browser prints, or .pdf."
        )


def _write(out: Path, draft: Draft, markdown: str) -> None:
    lay_out = LAID_OUT.get(out.suffix.lower())
    written = lay_out(markdown, draft.title) if lay_out else markdown.encode()
    try:
        out.write_bytes(written)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}.") from error
