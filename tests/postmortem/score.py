"""`python -m tests.postmortem.score`: how well drafts cover what people told afterwards, file by file, as a table.

Twice: with the table of weights as it is, and with weights tuned on the other published files and the rooms written for
these tests. Figures are shown, never asserted: `test_corpus` holds the floors.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.postmortems.postmortem_wording import prepare
from incidentbot.core.salience import WEIGHTS, read_all
from incidentbot.core.text.redaction import redact_for_draft
from incidentbot.documents.postmortem_writer import to_markdown
from incidentbot.documents.postmortems.postmortem_import import read_export
from incidentbot.documents.postmortems.postmortem_json import draft_json
from tests.needs import found_shared
from tests.postmortem.chats import chat, names
from tests.postmortem.scoring import Scores, score
from tests.postmortem.tuning import Room, tuned

HEAD = (
    "file",
    "messages",
    "recall",
    "left out",
    "of all",
    "precision",
    "kept",
    "secrets",
    "anchors off by, min",
)
WIDTHS = (34, 8, 7, 8, 7, 9, 6, 7, 0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One file with the table as it is, and with one tuned without it."""

    name: str
    messages: int
    ours: Scores
    left_out: Scores
    secrets: int


def main() -> None:
    """Judge and print."""
    show("published incidents", list(judged(published(), also=own_rooms())))
    show("rooms written for these tests", list(judged(own_rooms(), also={})))


def published() -> dict[str, dict[str, Any]]:
    """The published files by name; none where the shared examples are absent."""
    folder = found_shared()
    files = sorted((folder / "corpus" / "postmortems").glob("*.json")) if folder else []
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def own_rooms() -> dict[str, dict[str, Any]]:
    """The rooms of `rooms/*.txt`."""
    return {name: chat(name) for name in names()}


def judged(fixtures: Mapping[str, dict[str, Any]], *, also: Mapping[str, dict[str, Any]]) -> Iterator[Judged]:
    """Each file; the weights it is judged with a second time come from the other files and from `also`."""
    rooms = {name: _room(fixture) for name, fixture in (fixtures | also).items()}
    for name, fixture in fixtures.items():
        elsewhere = tuned([room for other, room in rooms.items() if other != name])
        draft = _draft(fixture, WEIGHTS)
        yield Judged(
            name,
            len(fixture["messages"]),
            ours=score(draft, fixture),
            left_out=score(_draft(fixture, elsewhere), fixture),
            secrets=sum(redact_for_draft(draft["markdown"]).counts.values()),
        )


def show(title: str, found: Sequence[Judged]) -> None:
    """The table, with the mean below."""
    print(f"\n{title}\n" + _line(HEAD))
    for each in found:
        ours = each.ours
        errors = ", ".join(f"{name} {minutes}" for name, minutes in ours.errors.items()) or "-"
        shares = (ours.recall, each.left_out.recall, ours.recall_of_all, ours.precision, ours.kept)
        print(
            _line(
                (
                    each.name,
                    str(each.messages),
                    *(f"{share:.0%}" for share in shares),
                    str(each.secrets),
                    errors,
                )
            )
        )
    if found:
        print(_line(("mean", "", *(f"{sum(column) / len(found):.0%}" for column in _columns(found)), "", "")))


def _columns(found: Sequence[Judged]) -> tuple[list[float], ...]:
    ours = [each.ours for each in found]
    return (
        [each.recall for each in ours],
        [each.left_out.recall for each in found],
        [each.recall_of_all for each in ours],
        [each.precision for each in ours],
        [each.kept for each in ours],
    )


def _line(cells: Sequence[str]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def _room(fixture: dict[str, Any]) -> Room:
    items = prepare(read_export(json.dumps(fixture))).source.messages
    events = tuple(frozenset(key["message_ids"]) for key in fixture["key_events"] if key["in_chat"])
    return Room(read_all(items), events)


def _draft(fixture: dict[str, Any], weights: Mapping[str, float]) -> dict[str, Any]:
    draft = build_draft(read_export(json.dumps(fixture)), weights=weights)
    return draft_json(draft, markdown=to_markdown(draft))


if __name__ == "__main__":
    main()
