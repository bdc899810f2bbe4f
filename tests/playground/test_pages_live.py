"""The pages in a real browser: what people click and type, and what appears without loading anew."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from tests.playground.pages_app import CARD
from tests.playground.pages_bench import Bench
from tests.playground.pages_window import SMALL, Window, a_window

pytestmark = pytest.mark.browser


@pytest.fixture
async def window() -> AsyncIterator[Window]:
    async with a_window() as found:
        yield found


async def a_card(bench: Bench) -> None:
    await bench.client.chat_postMessage(channel="C0INCIDENTS", text="INC-7", blocks=CARD)


async def test_what_one_person_writes_appears_before_the_other(window: Window):
    ana, bo = await window.open("/ana/C0INCIDENTS"), await window.open("/bo/C0INCIDENTS")
    await ana.get_by_test_id("composer").fill("checkout is slow, @bo")
    await ana.get_by_test_id("composer").press("Enter")

    await expect(bo.get_by_test_id("message").last).to_contain_text("checkout is slow, @Bo Lindqvist")
    await expect(ana.get_by_test_id("composer")).to_have_value("")


async def test_commands_are_offered_while_they_are_typed_and_completed(window: Window):
    page = await window.open("/ana/C0INCIDENTS")
    composer, offered = page.get_by_test_id("composer"), page.get_by_test_id("hints").get_by_role("option")
    await composer.press_sequentially("/")
    await expect(offered).to_have_count(2)
    await composer.press_sequentially("inc")
    await composer.press("ArrowDown")
    await composer.press("ArrowDown")
    await composer.press("Enter")
    await expect(composer).to_have_value("/incident ack ")
    await composer.press_sequentially("have it")
    await composer.press("Enter")

    whisper = page.get_by_test_id("ephemeral")
    await expect(whisper).to_contain_text("You said ack have it")
    await page.get_by_test_id("dismiss").click()
    await expect(whisper).to_have_count(0)


async def test_an_empty_channel_offers_something_to_try_and_leaves_the_sending_to_people(window: Window):
    page = await window.open("/ana/C0INCIDENTS")
    await page.get_by_test_id("channel-alerts").click()
    await page.get_by_test_id("try").click()

    await expect(page.get_by_test_id("composer")).to_have_value("/incident declare sev1 checkout is down")
    await expect(page.get_by_test_id("composer")).to_be_focused()
    await expect(page.get_by_test_id("message")).to_have_count(0)


async def test_words_come_back_when_a_command_is_refused(window: Window):
    page = await window.open("/ana/C0INCIDENTS")
    await page.get_by_test_id("composer").fill("/nothing at all")
    await page.get_by_test_id("send").click()

    await expect(page.get_by_test_id("notice")).to_contain_text("/nothing is not a command here.")
    await expect(page.get_by_test_id("composer")).to_have_value("/nothing at all")


async def test_buttons_ask_first_where_they_should(window: Window):
    page = await window.open("/ana/C0INCIDENTS")
    await a_card(window.bench)
    card = page.get_by_test_id("message").last
    await card.get_by_test_id("button").filter(has_text="Resolve").click()
    await card.get_by_test_id("confirm-no").click()
    await card.get_by_test_id("button").filter(has_text="Resolve").click()
    await card.get_by_test_id("confirm-yes").click()
    await expect(page.get_by_test_id("ephemeral")).to_contain_text("Pressed resolve")
    await card.get_by_test_id("field-stage").select_option("fix")
    await expect(page.get_by_test_id("ephemeral").last).to_contain_text("Pressed stage")
    await card.get_by_test_id("overflow").click()
    await card.get_by_test_id("option").first.click()
    await expect(page.get_by_test_id("ephemeral").last).to_contain_text("Pressed more")

    assert window.bench.said == [("resolve", "about resolve"), ("stage", "fix"), ("more", "timeline")]


async def test_a_form_opens_complains_and_is_sent_with_the_keyboard(window: Window):
    page = await window.open("/ana/C0INCIDENTS")
    await page.get_by_test_id("composer").fill("/incident form")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("field-title")).to_be_focused()
    await page.keyboard.type("bad")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("error-level")).to_be_visible()
    await page.get_by_test_id("field-level").select_option("sev1")
    await page.get_by_test_id("field-also").get_by_label("Drill").check()
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("error-title")).to_have_text("Say more")
    await expect(page.get_by_test_id("field-title")).to_have_value("bad")
    await page.get_by_test_id("field-title").fill("Checkout is down")
    await page.get_by_test_id("field-title").press("Enter")
    await expect(page.get_by_test_id("modal")).to_have_count(0)

    values = window.bench.said[-1][1]
    assert [one["value"] for one in values["also"]["also"]["selected_options"]] == ["drill"]
    assert values["title"]["title"]["value"] == "Checkout is down"


async def test_a_form_is_left_with_escape(window: Window):
    page = await window.open("/ana/C0INCIDENTS")
    await page.get_by_test_id("composer").fill("/incident form")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("field-title")).to_be_focused()
    await page.keyboard.press("Escape")

    await expect(page.get_by_test_id("modal")).to_have_count(0)


async def test_the_phone_rings_is_answered_and_everybody_sees_it(window: Window):
    ana, bo = await window.open("/ana/C0INCIDENTS"), await window.open("/bo/C0INCIDENTS")
    await window.bench.page_out("Checkout is down")
    await expect(ana.get_by_test_id("ring")).to_contain_text("Checkout is down")
    await expect(bo.get_by_test_id("ring")).to_have_count(0)
    await bo.get_by_test_id("phone-of-ana").click()
    await expect(bo.get_by_test_id("ring")).to_be_visible()
    await ana.get_by_test_id("ack").click()

    await expect(bo.get_by_test_id("taken")).to_contain_text("Acknowledged by Ana")
    await expect(ana.get_by_test_id("ring")).to_have_count(0)


async def test_time_jumps_for_everybody(window: Window):
    ana, bo = await window.open("/ana/C0INCIDENTS"), await window.open("/bo/C0INCIDENTS")
    await ana.get_by_test_id("skip-15").click()

    await expect(ana.get_by_test_id("clock")).to_have_text(re.compile("^11:15:"))
    await expect(bo.get_by_test_id("clock")).to_have_text(re.compile("^15:15:"))


async def test_people_channels_threads_and_pins_are_reached_by_clicking(window: Window):
    page = await window.open("/ana/C0INCIDENTS")
    await window.bench.slack.say("bo", "#incidents", "looking at the pods")
    message = page.get_by_test_id("message").last
    await message.hover()
    await message.get_by_test_id("reply").click()
    await page.get_by_test_id("thread-composer").fill("thank you")
    await page.get_by_test_id("thread-composer").press("Enter")
    await expect(page.get_by_label("Thread", exact=True).get_by_test_id("message").last).to_contain_text(
        "thank you"
    )
    await page.get_by_test_id("close-thread").click()
    await expect(page.get_by_test_id("replies")).to_contain_text("1 reply")
    await message.hover()
    await message.get_by_test_id("pin").click()
    await expect(page.get_by_test_id("pins")).to_contain_text("1 pinned")
    await page.get_by_test_id("be-chi").click()
    await expect(page.get_by_test_id("self")).to_have_text("Chi Nguyen")
    await page.get_by_test_id("channel-alerts").click()
    await expect(page.get_by_test_id("room-name")).to_have_text("alerts")
    await page.get_by_test_id("app-home").click()
    await expect(page.get_by_text("Open for U0CHI")).to_be_visible()


async def test_what_is_half_chosen_survives_other_peoples_news(window: Window):
    page = await window.open("/ana/C0INCIDENTS")
    await a_card(window.bench)
    await page.get_by_test_id("composer").fill("half a sen")
    card = page.get_by_test_id("message").last
    await card.get_by_test_id("overflow").click()
    await window.bench.slack.say("bo", "#incidents", "news")
    await expect(page.get_by_test_id("message").last).to_contain_text("news")

    await expect(page.get_by_test_id("option").first).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_have_value("half a sen")


async def test_on_a_phone_everything_is_within_reach(window: Window):
    page = await window.open("/ana/C0INCIDENTS", SMALL)
    await a_card(window.bench)
    await expect(page.get_by_test_id("message").last).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= SMALL[0]
    await window.bench.page_out("Checkout is down")
    await page.get_by_test_id("open-phone").click()
    await page.get_by_test_id("ack").click()
    await expect(page.get_by_test_id("taken")).to_be_visible()
    await page.get_by_test_id("phone-of-bo").click()
    await expect(page.get_by_text("Bo's phone")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_test_id("open-places").click()
    await page.get_by_test_id("channel-alerts").click()

    await expect(page.get_by_test_id("room-name")).to_have_text("alerts")
    await expect(page.get_by_test_id("composer")).to_be_visible()


async def test_a_window_that_was_away_catches_up_when_it_is_seen_again(window: Window):
    page = await window.open("/ana/C0INCIDENTS")
    hide = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
    turn = hide + " document.dispatchEvent(new Event('visibilitychange')); }"
    await page.evaluate(turn, True)
    await window.bench.slack.say("bo", "#incidents", "said meanwhile")
    await expect(page.get_by_test_id("message")).to_have_count(0)
    await page.evaluate(turn, False)

    await expect(page.get_by_test_id("message").last).to_contain_text("said meanwhile")
