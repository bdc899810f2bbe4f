"""Forms: filled in, sent, pushed, closed; what the app answers and what Slack makes of it."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.playground.slack import SlackStandIn
from tests.playground.slack_bench import PLAIN, App


def field(name: str, **element: Any) -> dict[str, Any]:
    shown = {"type": "plain_text_input", "action_id": name, **element}
    return {"type": "input", "block_id": name, "label": PLAIN, "element": shown}


def form(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": PLAIN,
        "submit": PLAIN,
        "blocks": list(blocks or (field("title"),)),
        **more,
    }


async def opened(slack: SlackStandIn, client: AsyncWebClient, view: dict[str, Any]) -> str:
    view_id = (await client.views_open(trigger_id=slack.triggers.give("U0ANA"), view=view))["view"]["id"]
    return str(view_id)


async def test_a_field_with_a_wrong_length_stays_with_the_person(
    slack: SlackStandIn, client: AsyncWebClient, app: App
):
    view = await opened(
        slack, client, form(field("title", min_length=3), field("mail", type="email_text_input"))
    )

    answer = await slack.submit("ana", view, {"title": "ab", "mail": "nobody"})

    assert (answer.sent, set(answer.errors)) == (False, {"title", "mail"})
    assert app.payloads == []


@pytest.mark.parametrize(
    ("said", "error", "open_forms"),
    [
        (None, None, 0),
        ({"response_action": "errors", "errors": {"title": "no"}}, None, 1),
        ({"response_action": "errors", "errors": {"other": "no"}}, "invalid_response", 1),
        ({"response_action": "update", "view": form()}, None, 1),
        ({"response_action": "update", "view": {"type": "modal"}}, "invalid_response", 1),
        ({"response_action": "push", "view": form()}, None, 2),
        ({"response_action": "clear"}, None, 0),
        ({"response_action": "dance"}, "invalid_response", 1),
    ],
)
async def test_the_answer_to_a_form_moves_the_forms(
    slack: SlackStandIn,
    client: AsyncWebClient,
    app: App,
    said: dict[str, Any] | None,
    error: str | None,
    open_forms: int,
):
    view = await opened(slack, client, form())
    app.answer = said

    answer = await slack.submit("ana", view, {"title": "Checkout"})

    assert (answer.acked, answer.error) == (True, error)
    assert len(slack.workspace.modals["U0ANA"]) == open_forms
    assert app.payloads[-1]["view"]["state"]["values"]["title"]["title"]["value"] == "Checkout"


async def test_a_closed_form_is_told_only_where_it_asks_for_it(
    slack: SlackStandIn, client: AsyncWebClient, app: App
):
    silent = await opened(slack, client, form())
    await slack.close_view("ana", silent)
    telling = await opened(slack, client, form(notify_on_close=True))
    await slack.close_view("ana", telling)

    assert [(one["type"], one["view"]["id"]) for one in app.payloads] == [("view_closed", telling)]


async def test_a_trigger_opens_one_form_within_three_seconds(slack: SlackStandIn, client: AsyncWebClient):
    used, late = slack.triggers.give("U0ANA"), slack.triggers.give("U0ANA")
    await client.views_open(trigger_id=used, view=form())
    slack.triggers.life_s = 0.0
    errors = []
    for trigger in (used, late):
        with pytest.raises(SlackApiError) as refused:
            await client.views_open(trigger_id=trigger, view=form())
        errors.append(refused.value.response["error"])

    assert errors == ["exchanged_trigger_id", "expired_trigger_id"]


async def test_forms_are_pushed_three_high_and_changed_by_hash(slack: SlackStandIn, client: AsyncWebClient):
    view = await opened(slack, client, form())
    for _ in range(2):
        view = (await client.views_push(trigger_id=slack.triggers.give("U0ANA", view_id=view), view=form()))[
            "view"
        ]["id"]
    errors = []
    for call in (
        client.views_push(trigger_id=slack.triggers.give("U0ANA", view_id=view), view=form()),
        client.views_update(view_id=view, hash="old", view=form()),
    ):
        with pytest.raises(SlackApiError) as refused:
            await call
        errors.append(refused.value.response["error"])

    assert errors == ["push_limit_reached", "hash_conflict"]
    assert (await client.views_update(view_id=view, view=form(callback_id="new")))["view"][
        "callback_id"
    ] == "new"
