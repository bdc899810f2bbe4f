"""Every sentence that a draft writes by itself names the facts or messages it rests on, or says that nothing is on record."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.documents.postmortem_writer import TITLES, to_markdown
from incidentbot.documents.postmortems.postmortem_import import read_export
from tests.postmortem.chats import chat, names
from tests.postmortem.score import published

SECTIONS = [title for name, title in TITLES.items() if name != "appendix"]
NOTHING = ("not on record", "unknown", "not declared", "no page", "no acknowledgement", "| – | – | – |")
EMPTY = "Nothing is on record."
KINDS = (
    "declared",
    "page",
    "ack",
    "mitigated",
    "resolved",
    "reopened",
    "note",
    "impact",
    "action_added",
    "time_corrected",
)


def sentences(markdown: str) -> list[str]:
    """What stands in bullets, in paragraphs and in tables, and what questions quote; asking is no sentence."""
    found = []
    for part in markdown.split("\n## ")[1:]:
        title, _, body = part.partition("\n")
        if title not in SECTIONS:
            continue
        lines = body.splitlines()
        found += [line for line in lines if line.startswith("- ") or is_paragraph(line)]
        found += [line for line in lines if line.startswith("> ") and "The room says:" in line]
        found += [line for line in rows(lines) if "no record: what happened?" not in line]
    return found


def is_paragraph(line: str) -> bool:
    """Not a line of a list, a table or a question, and no words that only announce what follows."""
    return bool(line) and not line.startswith(("- ", "| ", "> ")) and not line.endswith(":") and line != EMPTY


def rows(lines: list[str]) -> list[str]:
    """What the tables hold below their heads."""
    return [
        line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if line.startswith("| ") and not line.startswith("| ---") and not after.startswith("| ---")
    ]


def untraced(export: dict[str, Any]) -> list[str]:
    """The sentences that name no record of the export."""
    source = read_export(json.dumps(export))
    known = {item.id for item in source.messages} | {f"fact:{each.seq}" for each in source.facts}
    draft = build_draft(source)
    assert all(set(row.message_ids) <= known for row in (*draft.timeline, *draft.suggestions))
    return [
        line
        for line in sentences(to_markdown(draft))
        if not known & set(re.findall(r"fact:\d+|[\w-]+", line.replace("\\", "")))
        and not any(word in line for word in NOTHING)
    ]


@pytest.mark.parametrize("name", names())
def test_every_sentence_about_a_room_names_its_records(name: str) -> None:
    assert untraced(chat(name)) == []


def test_every_sentence_about_a_published_incident_names_its_records() -> None:
    assert [line for fixture in published().values() for line in untraced(fixture)] == []


MESSAGES = st.lists(
    st.tuples(
        st.sampled_from(["U1", "U2", "bot"]),
        st.one_of(
            st.text(min_size=1, max_size=60),
            st.sampled_from(["rolled back", "action: a test", "users see errors"]),
        ),
        st.booleans(),
    ),
    max_size=12,
)
EVENTS = st.lists(st.tuples(st.sampled_from(KINDS), st.text(max_size=40)), max_size=8)


@given(MESSAGES, EVENTS, st.text(max_size=30))
def test_whatever_is_on_record_every_sentence_names_it(
    said: list[tuple[str, str, bool]], events: list[tuple[str, str]], title: str
) -> None:
    export = {
        "id": "INC-7",
        "title": title or "a title",
        "channels": ["inc-7"],
        "messages": [
            {
                "id": f"m{number}",
                "ts": f"{1_700_000_000 + 60 * number}.000100",
                "user": user,
                "bot": user == "bot",
            }
            | {"text": text, "pinned": pinned, "reactions": []}
            for number, (user, text, pinned) in enumerate(said)
        ],
        "bot_events": [
            {"ts": f"{1_700_000_000 + 90 * number}.000200", "type": kind, "text": text}
            for number, (kind, text) in enumerate(events)
        ],
    }
    assert untraced(export) == []
