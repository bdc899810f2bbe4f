"""What people wrote into a post-mortem stays as it is, whatever is drafted anew; blame is pointed at, never refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.facts import Fact, FactKind, Recorded
from incidentbot.core.postmortems.human_text import HumanText, flagged, news
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.postmortems.postmortem_types import Draft, DraftSource
from incidentbot.core.refusals import Refused
from incidentbot.documents.html import markdown_to_html
from incidentbot.documents.postmortem_writer import section_body, to_markdown
from incidentbot.flows.sections import refuse_section

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def drafted(*notes: str) -> Draft:
    facts = [Fact(FactKind.DECLARED, T0, "<@U1> declared P1: checkout is down", "U1")]
    facts += [
        Fact(FactKind.UPDATED, T0 + timedelta(minutes=n), text, "U1") for n, text in enumerate(notes, start=1)
    ]
    recorded = [Recorded(seq, fact.at, fact) for seq, fact in enumerate(facts, start=1)]
    return build_draft(DraftSource("INC-7", "checkout is down", tuple(recorded)))


def wrote(text: str, section: str, base: str) -> dict[str, HumanText]:
    return {section: HumanText(section, text, base, "U1", T0)}


def part(document: str, title: str) -> str:
    return document.split(f"## {title}\n")[1].split("\n## ", maxsplit=1)[0]


def test_a_persons_words_stand_and_what_is_new_since_stands_below_them() -> None:
    base = section_body(drafted("we look into it"), "communications")
    written = wrote("Customers were told twice.", "communications", base)
    same = part(to_markdown(drafted("we look into it"), written=written), "Communications sent")
    later = part(
        to_markdown(drafted("we look into it", "it is over"), written=written), "Communications sent"
    )

    assert same.strip() == "Customers were told twice."
    assert later.strip() == (
        "Customers were told twice.\n\n**New in the records since this was written:**\n\n- 14:02 UTC: it is over (fact:3)"
    )


@pytest.mark.parametrize(
    "text",
    [
        "```\nnever closed",
        "said:\n\n~~~~ sh\n~~~\nls",
        "> ```\n> quoted",
        "- ```\n  in a list",
        "```\na\n```",
    ],
)
def test_code_that_somebody_left_open_swallows_no_other_section(text: str) -> None:
    draft = drafted("we look into it")
    plain, edited = to_markdown(draft), to_markdown(draft, written=wrote(text, "impact", ""))
    heads = [markdown_to_html(each).count("<h2>") for each in (plain, edited)]

    assert heads[0] == heads[1]
    assert text in edited


def test_rows_that_a_table_gained_since_stand_as_a_table() -> None:
    base = section_body(drafted("we look into it"), "timeline")
    written = wrote("It began with a full disk.", "timeline", base)
    page = markdown_to_html(
        to_markdown(drafted("we look into it", "it is over", "all clear"), written=written)
    )
    new = page.split("New in the records since this was written:")[1].split("<h2>")[0]

    assert new.count("<table>") == 1
    assert "<th>Event</th>" in new
    assert new.count("<tr>") == 3
    assert "<td>it is over</td>" in new
    assert "|" not in new
    assert "<li>" not in new


def test_other_sections_are_drafted_as_before() -> None:
    draft = drafted("we look into it")
    plain, edited = to_markdown(draft), to_markdown(draft, written=wrote("Ours.", "impact", ""))

    assert part(plain, "Timeline") == part(edited, "Timeline")
    assert part(edited, "Impact").strip().startswith("Ours.")


@given(st.text(max_size=200), st.lists(st.text(max_size=40), max_size=4))
def test_whatever_people_write_is_never_changed(text: str, notes: list[str]) -> None:
    draft = drafted(*notes)
    document = to_markdown(draft, written=wrote(text, "lessons", section_body(draft, "lessons")))

    assert text.strip() in document


def test_a_tables_rule_is_no_news() -> None:
    assert news("", "| a | b |\n| --- | --- |\n| 1 | 2 |") == ["| a | b |", "| 1 | 2 |"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Bo should have checked the disk", ["should have"]),
        ("it was human error, obviously", ["human error", "obviously"]),
        ("the deploy failed to finish; Ana failed to look", ["failed to"]),
        ("the disk was full at 14:00", []),
    ],
)
def test_words_of_blame_and_hindsight_are_pointed_at_once_each(text: str, words: list[str]) -> None:
    assert [one.words for one in flagged(text)] == words
    assert all(one.instead for one in flagged(text))


@pytest.mark.parametrize(("section", "text"), [("header", "x"), ("no such", "x"), ("impact", "x" * 40_001)])
def test_what_is_computed_and_what_is_too_long_is_refused(section: str, text: str) -> None:
    with pytest.raises(Refused):
        refuse_section(HumanText(section, text, "", "U1", T0))
