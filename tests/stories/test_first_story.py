"""The main story: declare, page, breach, climb, ack on the phone, resolve."""

from pathlib import Path

from incidentbot.core.facts import FactKind
from tests.stories.story import a_story


async def test_a_declaration_pages_at_once_and_climbs_until_somebody_answers_a_phone(tmp_path: Path):
    async with a_story(tmp_path) as story:
        answer = await story.slack("declare sev1 checkout is down", by="dee")
        assert answer.text.startswith("INC-1 (P0) is declared: checkout is down.")
        assert story.rung == ["ana"]

        await story.fast_forward(minutes=5)
        assert ":rotating_light: Nobody has acknowledged INC-1 within 5 min." in await story.said()
        await story.fast_forward(minutes=10)
        assert story.rung == ["ana", "bo"]

        ring = story.workspace.pagerduty.phone.rings[-1]
        await story.workspace.pagerduty.acknowledge(ring.incident_id, by="bo")
        await story.hear_phones()
        await story.fast_forward(hours=2)

        acks = [one.fact for one in await story.facts() if one.fact.kind is FactKind.ACKNOWLEDGED]
        assert [(ack.by, ack.data["via"]) for ack in acks] == [("U0BO", "pagerduty")]
        assert story.rung == ["ana", "bo"]
