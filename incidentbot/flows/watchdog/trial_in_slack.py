"""A test page in Slack: whoever is rung is written to as well, with the button a real page's message has. Rings nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.core.text.words import person, role_words, span
from incidentbot.flows.watchdog.house_ports import HousePost, HousePoster, Matter
from incidentbot.telemetry import logger

OVER = "That test page is over. `/incident test-page` rings anew."

log = logger(__name__)


async def write(poster: HousePoster, matter: Matter, people: Sequence[str]) -> bool:
    """Write to everybody who has the role, once each. False: it must be tried again."""
    role, key = role_words(matter.body["role"]), matter.body["key"]
    text = f":telephone_receiver: *[TEST]* {person(matter.body['by'])} tries the page for the {role}. Nothing is wrong; acknowledge it."
    since = matter.body.get("writing")
    for user in people:
        tried = datetime.fromisoformat(since) if since else None
        post = HousePost(f"{key}:to:{user}", text, tried, user=user, acknowledges=key)
        try:
            await poster.post_house(post)
        except TryLater as later:
            log.warning("trial_not_written", reason=later.reason)
            return False
        except GiveUp as refused:
            log.warning("trial_not_written", reason=refused.reason)
    return True


def answered(matter: Matter, by: str, ago: str) -> Mapping[str, str]:
    """What becomes of a test page that somebody acknowledges in Slack; another post tells it than what was told before."""
    words = role_words(matter.body["role"])
    result = f"{person(by)} answered the test page for the {words} in Slack after {ago}."
    kept = {name: value for name, value in matter.body.items() if name not in {"told", "telling"}}
    return {**kept, "result": result, "over": "yes", "post": "answered"}


def standing(matter: Matter | None) -> str:
    """What whoever presses too late reads; "" while it can be acknowledged."""
    if matter is None:
        return OVER
    return f"{matter.body['result']} It is over." if "over" in matter.body else ""


def receipt(matter: Matter, now: datetime) -> str:
    """What whoever pressed in time reads."""
    ago = span(now - datetime.fromisoformat(matter.body["at"]))
    return f"You answered the test page for the {role_words(matter.body['role'])} after {ago}. It is ended at the pager, too."
