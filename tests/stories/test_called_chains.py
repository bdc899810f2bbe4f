"""A chain or a person called in by hand, in Slack and on the phones that ring."""

from pathlib import Path

import pytest

from incidentbot.slack import names
from tests.stories.profile_of import profile_of
from tests.stories.seen import buttons, words
from tests.stories.story import a_story

SECURITY = "chains: {security: [team_lead, vp_engineering]}"


@pytest.mark.parametrize("paging", ["rest", "events"])
async def test_a_chain_called_after_an_ack_climbs_until_somebody_acks_after_it(
    tmp_path: Path, paging: str
) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, SECURITY), paging=paging) as story:
        await story.slack("declare sev1 checkout is down")
        await story.room("ack", by="ana")
        called = await story.room("escalate security cards leak", by="ana")
        assert called.text == (
            "Calling in the security chain: the team lead now, then the next one every 15 min, "
            "until somebody acknowledges."
        )
        card = await story.card()
        assert buttons(card)[names.ACK] == "Acknowledge"
        assert "14:15 UTC, unless somebody acknowledges before." in words(card)

        await story.fast_forward(minutes=15)
        assert (await story.told("escalated"))[-1] == (
            "Nobody has answered for the security chain after 15 min: now the VP engineering."
        )
        assert len(story.rung) == 3
        await story.press(await story.card(), names.ACK, by="eli")
        await story.fast_forward(hours=1)

        assert "<@U0ELI> acknowledged for the security chain." in await story.said()
        assert len(story.rung) == 3
        assert names.ACK not in buttons(await story.card())


async def test_the_phone_that_a_called_chain_rang_answers_for_it(tmp_path: Path) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, SECURITY)) as story:
        await story.slack("declare sev1 checkout is down")
        await story.answer_phone("ana")
        await story.room("page security cards leak", by="ana")
        await story.hear_phones()
        assert (await story.incident()).open_calls

        await story.answer_phone("chi")
        await story.fast_forward(hours=1)

        assert story.rung == ["ana", "chi"]
        assert (await story.told("acknowledged"))[-1] == "<@U0CHI> acknowledged for the security chain."


async def test_an_ack_that_we_passed_on_is_no_answer_to_a_chain_called_at_the_same_moment(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, SECURITY)) as story:
        await story.slack("declare sev1 checkout is down")
        await story.room("ack", by="ana")
        await story.room("page security cards leak", by="ana")
        await story.hear_phones()

        assert (await story.incident()).open_calls
        assert await story.told("acknowledged") == ["<@U0ANA> acknowledged after 0 s."]


async def test_a_called_chain_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, SECURITY)) as story:
        await story.slack("declare sev1 checkout is down")
        await story.room("ack", by="ana")
        await story.room("page security", by="ana")
        await story.restart()
        await story.fast_forward(minutes=15)

        assert story.rung == ["ana", "chi", "eli"]


async def test_a_person_is_paged_as_the_role_they_have_now_and_nobody_else_is(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("declare p3 an icon is blurred")
        paged = await story.slack("page INC-1 <@U0CHI> we must decide")
        assert paged.text == "Calling in Chi, the team lead."

        for nobody, begins in {
            "page INC-1": "Say whom to page: `/incident page role, @user or chain [why]`.",
            "page INC-1 the boss should know": "Say whom to page:",
        }.items():
            refused = (await story.slack(nobody)).text or ""
            assert refused.startswith(begins), refused
            assert "The roles are `on_call_primary`, " in refused
            assert "Nobody was paged." in refused
        assert story.rung == ["chi"]


async def test_the_window_offers_the_other_chain_whole(tmp_path: Path) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, SECURITY)) as story:
        await story.slack("declare sev1 checkout is down")
        await story.press(await story.card(), names.ESCALATE, by="bo")
        await story.submit("bo", to="security", why="cards leak")

        assert story.rung == ["ana", "chi"]


async def test_a_held_back_p3_is_paged_at_once_by_the_way_round_that_the_refusal_names(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path) as story:
        await story.fast_forward(days=5)
        await story.slack("declare p3 an icon is blurred")
        refused = (await story.slack("escalate INC-1")).text or ""
        assert "Monday 30 November, 09:00 UTC" in refused
        assert "`/incident page on_call_primary why`" in refused

        await story.slack("page INC-1 on_call_primary it spreads")

        assert story.rung == ["ana"]


async def test_a_called_chain_rings_by_the_places_of_its_own(tmp_path: Path) -> None:
    """Roles that the team file does not bind are levels by their place, also where another kind's chain is called."""
    chains = "chains: {security: [security_response, security_lead]}"
    async with a_story(tmp_path, policy=profile_of(tmp_path, chains)) as story:
        await story.slack("declare sev1 checkout is down")
        await story.room("ack", by="ana")
        await story.room("page security cards leak", by="ana")
        await story.fast_forward(minutes=15)

        assert story.rung == ["ana", "ana", "bo"]
        assert await story.told("page_failed") == []


async def test_the_card_says_what_comes_next_by_the_ladder_and_by_the_called_chain(tmp_path: Path) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, SECURITY)) as story:
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(minutes=5)
        await story.room("page security cards leak", by="ana")

        card = words(await story.card())
        assert ":alarm_clock: *Next:* on-call secondary (Bo) is paged 2026-11-23 14:15 UTC, unless" in card
        assert ":alarm_clock: *Then:* VP engineering (Eli) is paged 2026-11-23 14:20 UTC, unless" in card

        await story.fast_forward(minutes=12)
        card = words(await story.card())
        assert ":alarm_clock: *Next:* VP engineering (Eli) is paged 2026-11-23 14:20 UTC" in card
        assert ":alarm_clock: *Then:* team lead (Chi) is paged 2026-11-23 14:30 UTC" in card
