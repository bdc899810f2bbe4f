"""`incidentbot runbook`: list the folder, check files, show steps, find what fits. Changes no file, runs no command."""

from collections.abc import Container
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from incidentbot.cli.refusal import answer, refusing
from incidentbot.clock import SystemClock
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.runbook import Lint, Runbook, Step
from incidentbot.documents.runbooks.authors.runbook_json import (
    about_json,
    checked_json,
    match_json,
    steps_json,
)
from incidentbot.documents.runbooks.authors.runbook_lint import check
from incidentbot.documents.runbooks.runbook_folder import RunbookFolder, read_file
from incidentbot.documents.runbooks.runbook_owners import lint_owner
from incidentbot.documents.runbooks.runbook_places import HERE, folders_or_shipped
from incidentbot.policies.loader import load

runbook_app = typer.Typer(name="runbook", help="The team's runbooks.", no_args_is_help=True)

SEVERE_EXIT = 1

Folder = Annotated[
    Path | None, typer.Option("--folder", envvar="INCIDENTBOT_RUNBOOKS", help="The folder of runbooks.")
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@runbook_app.command("list")
def list_runbooks(folder: Folder = None, json: Json = False) -> None:
    """The runbooks of the folder, with their steps and when they were reviewed."""
    with refusing(json=json):
        shelf = _shelf(folder)
        rows = [about_json(runbook, today=_today()) for runbook in shelf.all()]
    lines = [
        f"{row['path']:<34} {row['steps']:>3} step{'s' if row['steps'] != 1 else ' '}  {row['title']}{_age(row)}"
        for row in rows
    ]
    answer(
        {"folder": shelf.name, "runbooks": rows, "unreadable": list(shelf.unreadable)},
        "\n".join([*lines, *shelf.unreadable]),
        json=json,
    )


@runbook_app.command("check")
def check_runbooks(
    files: Annotated[list[Path] | None, typer.Argument(help="Files; the whole folder if left out.")] = None,
    folder: Folder = None,
    url: Annotated[
        str,
        typer.Option(
            envvar="INCIDENTBOT_RUNBOOKS_URL", help="Where relative links lead; they are no finding then."
        ),
    ] = "",
    policy: Annotated[
        str,
        typer.Option(
            envvar="INCIDENTBOT_POLICY",
            help="The profile whose roles owners are held against: an id or a file.",
        ),
    ] = "",
    json: Json = False,
) -> None:
    """What to mend before the night a runbook is needed. Exit 1 when a finding is severe."""
    with refusing(json=json):
        shelf = _shelf(folder)
        books = [_book(shelf, file) for file in files] if files else shelf.all()
        profile = load(policy) if policy else None
    there = {book.path for book in books}
    checked = [checked_json(book, [*_owner(book, profile), *_findings(book, url, there)]) for book in books]
    unreadable = () if files else shelf.unreadable
    found = [_finding(file["path"], finding) for file in checked for finding in file["findings"]]
    text = "\n".join([*found, *unreadable]) or f"{len(checked)} checked, nothing to mend."
    answer({"files": checked, "unreadable": list(unreadable)}, text, json=json)
    if unreadable or not all(file["ok"] for file in checked):
        raise typer.Exit(SEVERE_EXIT)


@runbook_app.command("steps")
def show_steps(
    file: Annotated[Path, typer.Argument(help="A file, or a runbook's name in the folder.")],
    folder: Folder = None,
    json: Json = False,
) -> None:
    """The steps a responder would be walked through."""
    with refusing(json=json):
        book = _book(_shelf(folder), file)
    answer(steps_json(book, check(book, today=_today())), _told(book), json=json)


@runbook_app.command("match")
def match_runbooks(
    words: Annotated[list[str], typer.Argument(help="Words, or an alert's name.")],
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Which runbooks fit, best first, and why."""
    asked = " ".join(words).strip()
    with refusing(json=json):
        if not asked:
            raise Refused(
                "Say what to look for, like `incidentbot runbook match kafka`. `list` names them all."
            )
        found = _shelf(folder).find(asked)
    lines = [f"{match.path:<34} {match.title}  ({match.reason})" for match in found]
    text = "\n".join(lines) or f"No runbook fits “{asked}”. `incidentbot runbook list` names those there are."
    answer({"words": asked, "matches": [match_json(match) for match in found]}, text, json=json)


def _shelf(folder: Path | None) -> RunbookFolder:
    return RunbookFolder(*folders_or_shipped(folder or HERE))


def _book(shelf: RunbookFolder, file: Path) -> Runbook:
    """A file by its path from here, else by its name in the folder. Raises Refused for a folder."""
    if file.is_dir():
        raise Refused(f"{file} is a folder. Name a file in it, or the folder itself with `--folder {file}`.")
    return read_file(file, path=file.as_posix()) if file.is_file() else shelf.by_path(file.as_posix())


def _owner(book: Runbook, profile: Policy | None) -> list[Lint]:
    """Owners that nobody can page, where it is known who can be."""
    return list(lint_owner(book, profile)) if profile is not None else []


def _findings(book: Runbook, url: str, there: Container[str]) -> list[Lint]:
    """What is to be mended. Links lead somewhere where an address is set, and to runbooks that are there."""
    found = check(book, today=_today(), is_runbook=lambda path: path in there or Path(path).is_file())
    return [finding for finding in found if not (url and finding.rule == "relative-link")]


def _today() -> date:
    return SystemClock().now().date()


def _age(row: dict[str, Any]) -> str:
    return "  (review overdue)" if row["overdue"] else ""


def _finding(path: str, finding: dict[str, Any]) -> str:
    """A finding as editors and terminals understand it: file:line rule message."""
    return f"{path}:{finding['line']} {finding['rule']} {finding['message']}"


def _told(book: Runbook) -> str:
    """The steps for people at a shell."""
    if not book.steps:
        links = [f"  {link.text}: {link.target}" for link in book.links]
        return "\n".join([f"{book.title}: no steps.", *links])
    count = len(book.steps)
    parts = [f"{book.title}, {steps_counted(count)}"]
    parts.extend(_step(step, f"{number} of {count}") for number, step in enumerate(book.steps, start=1))
    return "\n".join(parts)


def steps_counted(count: int) -> str:
    """How many steps, in words."""
    return "1 step" if count == 1 else f"{count} steps"


def _step(step: Step, place: str) -> str:
    """One step: where it stands, its warnings above its commands, and what to tick off."""
    lines = [f"\n{place}  {step.title}"]
    lines.extend(f"    ! {warning}" for warning in step.warnings)
    lines.extend(f"    $ {line}" for command in step.commands for line in command.text.split("\n"))
    lines.extend(f"    [ ] {item}" for item in step.checklist)
    lines.extend(
        f"    -> {branch.label}{f' ({branch.target})' if branch.target else ''}" for branch in step.branches
    )
    return "\n".join(lines)
