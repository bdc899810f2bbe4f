"""The document has its twelve sections in order, keeps every question, and shows what people typed as they typed it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.runbooks.run import Run, StepState, StepStatus
from incidentbot.documents.html import html_page, markdown_to_html
from incidentbot.documents.postmortem_writer import TITLES, to_markdown
from incidentbot.documents.postmortems.postmortem_text import duration, escape, link, todo
from tests.postmortem.samples import fact, incident, minute, said, small_talk

WHOLE = incident(
    *small_talk(),
    said(-10, "deployed the caching change to prod", by="U3"),
    fact(FactKind.DECLARED, 0, "<@U1> declared P1: checkout is down", by="U1"),
    fact(FactKind.ROLE_TAKEN, 1, "<@U2> is the lead.", by="U2", role="lead", who="U2"),
    fact(FactKind.PAGED, 0, "Paged the on-call primary."),
    fact(FactKind.ACKNOWLEDGED, 2, "<@U2> acknowledged.", by="U2"),
    fact(FactKind.IMPACT, 3, "cards fail", started_at=minute(-5).isoformat()),
    fact(FactKind.UPDATED, 10, "Update: we are rolling back"),
    fact(FactKind.MITIGATED, 40, "<@U2> marked it mitigated: rolled back", by="U2"),
    fact(FactKind.RESOLVED, 60, "<@U2> resolved it.", by="U2"),
    said(5, "found a typo in the config", link="https://acme.slack.com/archives/C1/p1"),
    said(50, "I'll write a runbook for it", by="U3"),
    severities=("P2", "P1"),
    services=("checkout",),
    impact="cards fail",
    review_owner="U2",
    review_due=minute(5 * 24 * 60),
    runs=(Run("r1", "Restart", "r.md", "0", "U1", minute(1), (StepState("a", "Drain", StepStatus.DONE),)),),
)
DOCUMENT = to_markdown(build_draft(WHOLE), generator="incidentbot 0.1.0")


def section(title: str) -> str:
    return DOCUMENT.split(f"## {title}\n")[1].split("\n## ")[0]


def text_of(html: str) -> str:
    return (
        re.sub(r"<[^>]+>", "", html)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&amp;", "&")
    )


def test_the_sections_stand_in_their_order() -> None:
    assert re.findall(r"^## (.+)$", DOCUMENT, re.MULTILINE) == list(TITLES.values())
    assert DOCUMENT.startswith("# checkout is down\n\n**Draft from records, not reviewed.**")


def test_the_banner_counts_lines_suggestions_and_questions() -> None:
    draft = build_draft(WHOLE)

    assert f"{len(draft.timeline)} lines (8 from facts)" in DOCUMENT
    assert f"{len(draft.prompts)} open questions" in DOCUMENT


def test_every_question_is_left_in() -> None:
    draft = build_draft(WHOLE)

    assert DOCUMENT.count("> TODO(") == len(draft.prompts)
    assert all(todo(prompt.owner, prompt.text) in DOCUMENT for prompt in draft.prompts)


def test_the_summary_has_at_most_six_lines_from_what_is_known() -> None:
    summary = section("Summary for managers").strip().splitlines()

    assert summary == [
        "- On 2026-08-03: checkout is down; services: checkout (fact:5).",
        "- Impact: cards fail (fact:5).",
        "- From 2026-08-03 11:55 UTC until 12:40 UTC; customers felt it for 45 min (fact:5, fact:7).",
        "- Detected when it was declared, 5 min after impact began (fact:5, fact:1).",
        "- Mitigated at 2026-08-03 12:40 UTC (fact:7); last action on record: incident lead marked it mitigated: rolled back (fact:7).",
        "- Follow-ups: 1 suggested; 0 without an owner (m50).",
    ]


def test_the_head_tells_severity_roles_and_review() -> None:
    head = DOCUMENT.split("## ", maxsplit=1)[0]

    assert "| Severity | P2 → P1 |" in head
    assert "| Roles | incident lead from 12:01 UTC \\(fact:2\\) |" in head
    assert "| Review | incident lead, due 2026-08-08 12:00 UTC |" in head


def test_times_are_shown_with_source_and_confidence_and_durations_in_words() -> None:
    times = section("Times")

    assert "| Resolved | 2026-08-03 13:00:00 UTC | fact:8 | recorded |" in times
    assert "| Customers first felt it | 2026-08-03 11:55:00 UTC | fact:5 | human |" in times
    assert "| Change or fault began | – | – | – |" in times
    assert "| Time to resolve | 1 h |" in times
    assert "| Impact duration | 45 min |" in times


def test_the_timeline_links_messages_and_prints_anchors_in_bold() -> None:
    timeline = section("Timeline")

    linked = "[message](https://acme.slack.com/archives/C1/p1)"
    assert f'| 12:05 | responder 3: "found a typo in the config" | finding | {linked} |' in timeline
    assert "| 13:00 | **incident lead resolved it.** | resolved | fact:8 |" in timeline
    assert "| 12:10–12:40 | no record: what happened? | gap |" in timeline


def test_each_section_shows_its_records() -> None:
    assert "Paged the on-call primary." in section("Detection and response")
    assert "| Restart | walking | 1 | 1 | 0 | 0 |" in section("Detection and response")
    assert "a change before it was noticed" in section("Contributing conditions")
    assert "Update: we are rolling back" in section("Communications sent")
    assert "| docs | " in section("Follow-ups")
    assert "Written by incidentbot 0.1.0" in section("Appendix")


def test_a_reopening_and_a_conflict_are_told() -> None:
    document = to_markdown(
        build_draft(
            incident(
                fact(FactKind.DECLARED, 0),
                fact(FactKind.PAGED, 10),
                fact(FactKind.ACKNOWLEDGED, 5),
                fact(FactKind.RESOLVED, 20),
                fact(FactKind.REOPENED, 30),
                fact(FactKind.RESOLVED, 40),
            )
        )
    )

    assert (
        "Reopened: durations are sums over 2026-08-03 12:00:00 UTC to 2026-08-03 12:20:00 UTC; 2026-08-03 12:30:00"
        in document
    )
    assert "The records disagree:" in document


def test_a_spell_that_was_resolved_after_it_was_mitigated_tells_both_ends_that_are_summed() -> None:
    facts = (
        fact(FactKind.DECLARED, 0),
        fact(FactKind.MITIGATED, 10),
        fact(FactKind.RESOLVED, 20),
        fact(FactKind.REOPENED, 30),
        fact(FactKind.MITIGATED, 40),
        fact(FactKind.RESOLVED, 40),
    )
    document = to_markdown(build_draft(incident(*facts)))

    assert "| Time to mitigate | 20 min |" in document
    assert "| Time to resolve | 30 min |" in document
    assert (
        "2026-08-03 12:00:00 UTC to 2026-08-03 12:10:00 UTC (resolved 2026-08-03 12:20:00 UTC);" in document
    )
    assert "2026-08-03 12:30:00 UTC to 2026-08-03 12:40:00 UTC (fact:" in document


# ---- what people type ------------------------------------------------------------------------------------

NASTY = (
    "<script>alert(1)</script>",
    "a | b \\| c",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "`code` **bold** _it_ ~~s~~",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp;",
    "two\n\n## lines",
    "https://x.example/a_b_c",
    "---",
    "```\nfence",
    "[ref]: https://evil.example",
)


@pytest.mark.parametrize("text", NASTY)
def test_what_is_escaped_reads_as_it_was_typed(text: str) -> None:
    shown = markdown_to_html(escape(text))

    assert text_of(shown).strip() == " ".join(text.split())
    assert re.sub(r"</?p>", "", shown).count("<") == 0


@given(st.text(max_size=120))
def test_any_escaped_text_is_one_plain_paragraph(text: str) -> None:
    tokens = (
        MarkdownIt("commonmark", {"html": False})
        .enable(["table", "strikethrough"])
        .parse(f"x {escape(text)}")
    )

    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert all(child.type in {"text", "text_special"} for child in tokens[1].children or ())


@pytest.mark.parametrize("text", NASTY)
def test_nothing_typed_breaks_the_table_or_the_page(text: str) -> None:
    spoken = said(1, text, pinned=True)
    plain = build_draft(incident(*small_talk(), said(1, "x", pinned=True), title="x", impact="x"))
    draft = build_draft(
        incident(*small_talk(), spoken, fact(FactKind.NOTED, 2, text), title=text, impact=text)
    )
    page = markdown_to_html(to_markdown(draft))

    assert page.count("<table>") == markdown_to_html(to_markdown(plain)).count("<table>")
    assert not re.search(
        r"<(?!/?(?:a|blockquote|code|em|h[1-6]|hr|li|ol|p|pre|s|strong|table|t[bdhr]\w*|ul|br)\b)", page
    )
    assert 'href="javascript' not in page
    assert page.count("<h2>") == len(TITLES)


def test_only_addresses_of_the_web_become_links() -> None:
    assert link("m1", "https://acme.slack.com/archives/C1/p1?thread_ts=1.0&cid=C1").startswith(
        "[m1](https://"
    )
    assert link("m1", "javascript:alert(1)") == "m1"
    assert link("m1", "https://x.example/) [y](https://evil.example") == "m1"


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "–"), (0, "0 s"), (45, "45 s"), (4915, "1 h 22 min"), (90000, "1 d 1 h")]
)
def test_durations_are_written_for_people(seconds: int | None, words: str) -> None:
    assert duration(seconds) == words


def test_a_page_is_whole_and_runs_nothing() -> None:
    page = html_page(
        "# a\n\n<script>x</script> [y](javascript:z) [m](https://x.example)", title="</title><script>"
    )

    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "javascript:" not in re.findall(r'href="([^"]*)"', page)
    assert "default-src 'none'" in page
    assert '<a href="https://x.example" rel="noopener noreferrer">m</a>' in page
