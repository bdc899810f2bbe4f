"""What stands above a document: where its review is, and how much is still asked; and that nobody in it has a bare id."""

from dataclasses import replace

import pytest

from incidentbot.core.afterwards.leftovers import ReviewState
from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.human_text import HumanText
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.documents.postmortem_writer import section_body, to_markdown
from tests.postmortem.samples import fact, incident, minute, small_talk
from tests.postmortem.test_writer import WHOLE


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (ReviewState.DRAFT, "Draft from records, not reviewed."),
        (ReviewState.IN_REVIEW, "In review"),
        (ReviewState.PUBLISHED, "Reviewed and published."),
        (ReviewState.WAIVED, "no review is asked for"),
    ],
)
def test_the_banner_says_where_the_review_stands(state: ReviewState, said: str) -> None:
    banner = to_markdown(build_draft(replace(WHOLE, review_state=state))).splitlines()[2]

    assert said in banner
    assert ("not reviewed" in banner) == (state is ReviewState.DRAFT)


def test_a_question_counts_until_somebody_writes_its_section_without_it() -> None:
    draft = build_draft(WHOLE)
    base = section_body(draft, "lessons")
    asked = base.count("> TODO(")
    written = {"lessons": HumanText("lessons", "We were lucky.", base, "U1", minute(90), 1)}

    after = to_markdown(draft, written=written)

    assert asked > 0
    assert f"{len(draft.prompts)} open questions" in to_markdown(draft)
    assert f"{len(draft.prompts) - asked} open questions" in after


def test_who_only_owns_an_action_or_the_review_is_called_by_a_role_too() -> None:
    noted = fact(
        FactKind.ACTION_ADDED, 30, "<@U2> noted action 1: an alert", by="U2", action="1", owner="U0QUIET"
    )
    document = to_markdown(build_draft(incident(*small_talk(), noted, review_owner="U0MANAGER")))

    assert "U0QUIET" not in document
    assert "U0MANAGER" not in document
