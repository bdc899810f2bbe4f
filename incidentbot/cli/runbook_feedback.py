"""`incidentbot runbook feedback`: what the stored runs teach about each runbook. Changes nothing."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from incidentbot.cli.incidents import MOST, with_store
from incidentbot.cli.refusal import answer, refusing
from incidentbot.cli.runbook import Json
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.learning import Learned, Remark, StepLearned, Told, learn
from incidentbot.core.runbooks.runbook_match import fold
from incidentbot.core.text.words import span
from incidentbot.flows.ports import Store
from incidentbot.flows.values import ListFilter


def feedback(
    name: Annotated[
        str, typer.Argument(help="A runbook's name or path; all that were walked if left out.")
    ] = "",
    json: Json = False,
) -> None:
    """What became of each step over all runs, how long it took, and what people said was wrong."""
    with refusing(json=json):
        found = learn(asyncio.run(with_store(_walked)))
        if name:
            found = tuple(one for one in found if _is_named(one, name))
            if not found:
                raise Refused(
                    f"No run of {name} is stored. `incidentbot runbook feedback` lists those there are."
                )
    text = "\n\n".join("\n".join(_lines(one)) for one in found) or "No runbook was walked yet."
    answer({"runbooks": [_json(one) for one in found]}, text, json=json)


async def _walked(store: Store) -> list[Told]:
    incidents = await store.incidents(only=ListFilter("all", limit=MOST))
    return [(one, await store.facts(one.id)) for one in incidents if one.runs]


def _is_named(learned: Learned, name: str) -> bool:
    stem = learned.path.rsplit("/", maxsplit=1)[-1]
    return fold(name.removesuffix(".md")) in {
        fold(text.removesuffix(".md")) for text in (learned.path, stem, learned.title)
    }


def _lines(learned: Learned) -> Iterator[str]:
    counted = f"walked {_times(learned.runs)}, finished {_times(learned.finished)}"
    yield f"{learned.title} ({learned.path}): {counted}; worked {learned.worked}, still broken {learned.broken}"
    for number, step in enumerate(learned.steps, start=1):
        took = f", median {span(step.median)}" if step.median is not None else ""
        yield f"  {number:>3}. {step.title}: {_counts(step)}{took}"
    for remark in learned.remarks:
        yield f"  {remark.at:%Y-%m-%d} {remark.incident} {remark.kind}, step {remark.number} ({remark.step}): {remark.text}"


def _counts(step: StepLearned) -> str:
    counts = (
        ("done", step.done),
        ("skipped", step.skipped),
        ("failed", step.failed),
        ("not taken", step.not_taken),
    )
    return ", ".join(f"{count} {what}" for what, count in counts if count) or "not reached yet"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _json(learned: Learned) -> dict[str, Any]:
    return {
        "path": learned.path,
        "title": learned.title,
        "runs": learned.runs,
        "finished": learned.finished,
        "worked": learned.worked,
        "broken": learned.broken,
        "steps": [_step_json(step) for step in learned.steps],
        "remarks": [_remark_json(remark) for remark in learned.remarks],
    }


def _step_json(step: StepLearned) -> dict[str, Any]:
    return {
        "id": step.id,
        "title": step.title,
        "done": step.done,
        "skipped": step.skipped,
        "failed": step.failed,
        "not_taken": step.not_taken,
        "median_seconds": None if step.median is None else round(step.median.total_seconds()),
    }


def _remark_json(remark: Remark) -> dict[str, Any]:
    return {
        "at": remark.at.isoformat(),
        "incident": remark.incident,
        "kind": remark.kind,
        "number": remark.number,
        "step": remark.step,
        "text": remark.text,
    }
