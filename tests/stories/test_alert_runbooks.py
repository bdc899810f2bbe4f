"""Alerts and runbooks: an incident that an alert opens offers the file that is named after it, on its card."""

from pathlib import Path

from tests.stories.alerts import WIRING, a_group, one, send
from tests.stories.seen import words
from tests.stories.story import a_story


async def test_the_runbook_named_after_the_alert_is_offered_first(tmp_path: Path):
    books = tmp_path / "books"
    books.mkdir()
    (books / "high-error-rate.md").write_text(
        "# Errors\n\n1. Look at the log.\n2. Restart it.\n", encoding="utf-8"
    )
    (books / "checkout.md").write_text(
        "# Checkout\n\n1. Look at the log.\n2. Restart it.\n", encoding="utf-8"
    )

    async with a_story(tmp_path, wiring={**WIRING, "INCIDENTBOT_RUNBOOKS": str(books)}) as story:
        await send(story, a_group(one()))

        card = words(await story.card())
        assert ":notebook: *Errors*\nThe file is named after high-error-rate." in card
        assert ":notebook: *Checkout*\nIts title shares the word checkout." in card
        assert card.index("*Errors*") < card.index("*Checkout*")
