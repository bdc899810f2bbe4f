"""Writes a draft as one Markdown document of twelve sections. Reads nothing but the draft; leaves every question in."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from markdown_it import MarkdownIt

from incidentbot.core.afterwards.leftovers import ReviewState
from incidentbot.core.postmortems.human_text import HumanText, news
from incidentbot.core.postmortems.postmortem_types import SECTIONS, Draft
from incidentbot.documents.postmortems.postmortem_pieces import day_of, said
from incidentbot.documents.postmortems.postmortem_sections import BODIES
from incidentbot.documents.postmortems.postmortem_text import QUESTION, bullets, clock, escape, instant, todo

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "summary": "Summary for managers",
        "impact": "Impact",
        "times": "Times",
        "timeline": "Timeline",
        "response": "Detection and response",
        "resolution": "What ended it",
        "conditions": "Contributing conditions",
        "lessons": "What went well, what was hard, where we were lucky",
        "followups": "Follow-ups",
        "communications": "Communications sent",
        "appendix": "Appendix",
    }
)


STANDING: Mapping[ReviewState, str] = MappingProxyType(
    {
        ReviewState.DRAFT: "Draft from records, not reviewed.",
        ReviewState.IN_REVIEW: "In review: drafted from records, not agreed on yet.",
        ReviewState.PUBLISHED: "Reviewed and published.",
        ReviewState.WAIVED: "Draft from records: no review is asked for.",
    }
)
"""What the banner says first."""

_BLOCKS = MarkdownIt("commonmark", {"html": False}).disable("inline")

NOTHING_WRITTEN: Mapping[str, HumanText] = MappingProxyType({})


def to_markdown(
    draft: Draft, *, generator: str = "incidentbot", written: Mapping[str, HumanText] = NOTHING_WRITTEN
) -> str:
    """The document. The same draft gives the same text; what people wrote is escaped for Markdown and HTML.

    generator: name and version for the appendix. People appear by role: the roster is not part of the document.
    written: sections that people wrote, by name. Their words stand as they are, and below them what is new since.
    Source: docs/postmortem.md, "The document".
    """
    parts: list[str] = []
    for name in SECTIONS:
        if name in TITLES:
            parts.append(f"## {TITLES[name]}")
        generated = section_body(draft, name, generator=generator)
        parts += [generated] if name not in written else _human(written[name], generated)
    body = "\n\n".join(parts)
    return f"# {escape(draft.title)}\n\n{_banner(draft, body)}\n\n{body}\n"


def section_body(draft: Draft, name: str, *, generator: str = "incidentbot") -> str:
    """What is generated of one section, questions included: the base that a person begins to write from."""
    body = _appendix(draft, generator) if name == "appendix" else BODIES[name](draft)
    questions = (todo(prompt.owner, prompt.text) for prompt in draft.prompts if prompt.section == name)
    return "\n\n".join((*body, *questions))


def _human(written: HumanText, generated: str) -> Iterator[str]:
    """A person's words, untouched, and what the records say since then."""
    yield _closed(written.text.strip())
    if fresh := news(written.base, generated):
        yield "**New in the records since this was written:**"
        yield from _new(fresh, generated)


def _new(fresh: Sequence[str], generated: str) -> Iterator[str]:
    """The new lines: rows under the head of the table that gained them, anything else as a list."""
    tables = _tables_of(generated)
    head_of = {line: head for head, lines in tables.items() for line in lines}
    for head, found in groupby(fresh, key=lambda line: head_of.get(line, "")):
        if head:
            yield "\n".join((*tables[head][:2], *(row for row in found if row != head)))
        else:
            yield "\n".join(line if line.startswith(("- ", "> ")) else f"- {line}" for line in found)


def _tables_of(generated: str) -> Mapping[str, Sequence[str]]:
    """The tables of a section, each by its head: all its lines."""
    blocks = [block.splitlines() for block in generated.split("\n\n") if block.startswith("|")]
    return {block[0]: block for block in blocks if len(block) > 1}


def _closed(text: str) -> str:
    """The words, and the end of the code that was left open in them: it would swallow every section below."""
    *_, last = _BLOCKS.parse(f"{text}\n\n# below")
    return f"{text}\n{last.markup}" if last.type == "fence" else text


def _banner(draft: Draft, body: str) -> str:
    """Where the review stands, and counts; a question counts until somebody has written its section without it."""
    asked = sum(line.startswith(QUESTION) for line in body.splitlines())
    facts = sum(row.source.startswith("fact:") for row in draft.timeline)
    lines = _so_many(len(draft.timeline), "line", "lines")
    offered = _so_many(len(draft.suggestions), "suggestion", "suggestions")
    questions = _so_many(asked, "open question", "open questions")
    return f"**{STANDING[draft.review_state]}** {lines} ({facts} from facts), {offered}, {questions}."


def _so_many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _appendix(draft: Draft, generator: str) -> Iterator[str]:
    coverage = draft.coverage
    if draft.suggestions:
        yield "Other messages that may belong to the timeline:"
        yield bullets(f"{clock(row.at, day=day_of(draft))} UTC: {said(row)}" for row in draft.suggestions)
    taken = ", ".join(f"{count} {kind}" for kind, count in sorted(coverage.redacted.items())) or "nothing"
    channels = ", ".join(f"#{channel}" for channel in coverage.channels) or "no channel"
    counted = (
        _so_many(coverage.facts, "fact", "facts"),
        _so_many(coverage.messages, "message", "messages"),
        _so_many(coverage.people, "person", "people"),
    )
    read = "Made from {} and {} of {} in {}".format(*counted, escape(channels))
    yield bullets(
        (
            f"Taken out: {escape(taken)}.",
            f"{read}, {instant(coverage.first)} to {instant(coverage.last)}.",
            "Calls, direct messages and other channels are not in it. People appear by role; the roster is kept apart.",
            f"Written by {escape(generator)}; all times in UTC.",
        )
    )
