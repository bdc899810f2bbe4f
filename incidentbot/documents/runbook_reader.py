"""A markdown file, read as a runbook: context, references and steps. Never raises on any text, never reads a file.

The promise: every line of the file that is no comment is in the body of one step, in the context or in the references;
reading twice gives the same; the time grows with the length of the text. Source: docs/runbooks.md.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from incidentbot.core.runbooks.runbook import Link, Lint, Runbook, Step
from incidentbot.documents.runbooks.authors.runbook_lint import (
    lint_placeholders,
    lint_step,
    lint_steps,
    lint_text,
)
from incidentbot.documents.runbooks.inside.runbook_details import estimate_in
from incidentbot.documents.runbooks.inside.runbook_placeholders import Placeholders
from incidentbot.documents.runbooks.inside.runbook_step import Place, build_step
from incidentbot.documents.runbooks.source.runbook_block import Block, Kind, walk
from incidentbot.documents.runbooks.source.runbook_blocks import parse
from incidentbot.documents.runbooks.source.runbook_text import Source, prepare
from incidentbot.documents.runbooks.steps.runbook_lines import Ledger
from incidentbot.documents.runbooks.steps.runbook_lists import broken_lists
from incidentbot.documents.runbooks.steps.runbook_notes import Steering, read_notes
from incidentbot.documents.runbooks.steps.runbook_redirect import only_points_elsewhere
from incidentbot.documents.runbooks.steps.runbook_roles import Role
from incidentbot.documents.runbooks.steps.runbook_sections import Section, every, read_sections
from incidentbot.documents.runbooks.steps.runbook_steps import CONTEXT, REFERENCE, Plan, Planner
from incidentbot.documents.runbooks.steps.runbook_titles import runbook_title

_ID_LENGTH = 10


def read_runbook(text: str, *, path: str) -> Runbook:
    """Read one file.

    text: the whole file. path: relative to its folder; it names the runbook where nothing else does.
    """
    source = prepare(text)
    blocks, definitions = parse(source.parsed)
    every_block = tuple(walk(blocks))
    elsewhere = only_points_elsewhere(every_block)
    root = read_sections(blocks, len(source.lines))
    steering = read_notes(source, source.lines)
    plan = Plan(marks=[(0, CONTEXT)]) if elsewhere else _plan(root, source, steering)
    ledger = Ledger(source, plan, steering.aside, definitions)
    steps, step_lint = _steps(plan, blocks, ledger, steering)
    lint = [
        *source.lint,
        *lint_text(source.lines, every_block),
        *lint_placeholders(source.lines),
        *step_lint,
        *_lint_whole(root, plan, steps, elsewhere=elsewhere),
    ]
    h1 = next((block.text for block in blocks if block.kind is Kind.HEADING and block.level == 1), "")
    return Runbook(
        title=runbook_title(source.meta, h1, path),
        path=path,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        text=text,
        context_md=ledger.body(CONTEXT),
        reference_md=ledger.body(REFERENCE),
        steps=steps,
        links=_links(every_block),
        lint=tuple(sorted(lint, key=lambda remark: remark.line)),
        meta=source.meta,
        estimate_minutes=estimate_in(source.meta),
    )


def _plan(root: Section, source: Source, steering: Steering) -> Plan:
    """The steps; a file whose only procedure is folded away in `<details>` is read as if it were not."""
    plan = Planner(root, steering).plan()
    if plan.drafts or not source.aside:
        return plan
    return Planner(root, replace(steering, aside=steering.aside - source.aside)).plan()


def _steps(
    plan: Plan, blocks: Sequence[Block], ledger: Ledger, steering: Steering
) -> tuple[tuple[Step, ...], list[Lint]]:
    held = ledger.share_out(blocks)
    ids = _ids((*draft.section, draft.title) for draft in plan.drafts)
    said = {ledger.step_at(note.line): note.words for note in steering.annotations}
    steps: list[Step] = []
    lint: list[Lint] = []
    placeholders = Placeholders()
    for number, draft in enumerate(plan.drafts):
        every_block = tuple(walk(held[number]))
        place = Place(ids[number], ledger.body(number), ledger.span(number), held[number], every_block)
        step = build_step(draft, place, said.get(number, {}), placeholders)
        steps.append(step)
        lint.extend(lint_step(step, every_block))
    return tuple(steps), lint


def _ids(names: Iterable[Sequence[str]]) -> list[str]:
    """A short hash of where a step stands and what it is called, so that other sections may change around it."""
    seen: Counter[str] = Counter()
    ids = []
    for parts in names:
        digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_ID_LENGTH]
        seen[digest] += 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return ids


def _lint_whole(root: Section, plan: Plan, steps: Sequence[Step], *, elsewhere: bool) -> Iterable[Lint]:
    acting = (part for part in every(root) if part.role is Role.ACTION)
    yield from lint_steps(steps, plan.todo, [line for part in acting for line in broken_lists(part.blocks)])
    if steps:
        return
    if elsewhere:
        yield Lint("points-elsewhere", 1, "This page only points to another one: follow its link.")
    else:
        yield Lint("no-steps", 1, "No steps were found: this reads as a reference page.")


def _links(every_block: Sequence[Block]) -> tuple[Link, ...]:
    """Every link once, in the order of the file."""
    found = (block.inline.links for block in every_block if block.inline is not None and block.inline.links)
    return tuple(dict.fromkeys(chain.from_iterable(found)))
