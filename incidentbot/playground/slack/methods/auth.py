"""api.test, auth.test, bots.info and team.info: that Slack is there, who the app is and where. Never hands out a token."""

from incidentbot.playground.slack.methods.desk import Body, Desk
from incidentbot.playground.slack.people import (
    APP_ID,
    BOT_ID,
    BOT_NAME,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
)
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.arguments import Arguments


def nothing(desk: Desk, arguments: Arguments) -> Body:
    """api.test"""
    given = {"args": dict(arguments.values)} if arguments.values else {}
    if "error" in arguments:
        raise SlackRefusal(arguments.text("error"), **given)
    return given


def test(desk: Desk, arguments: Arguments) -> Body:
    """auth.test"""
    return {
        "url": desk.workspace.url,
        "team": TEAM_NAME,
        "user": BOT_NAME,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def bot_info(desk: Desk, arguments: Arguments) -> Body:
    """bots.info"""
    if arguments.text("bot", BOT_ID) != BOT_ID:
        raise SlackRefusal("bot_not_found")
    bot = {
        "id": BOT_ID,
        "deleted": False,
        "name": BOT_NAME,
        "updated": 0,
        "app_id": APP_ID,
        "user_id": BOT_USER_ID,
        "icons": {},
    }
    return {"bot": bot}


def team_info(desk: Desk, arguments: Arguments) -> Body:
    """team.info"""
    if arguments.text("team", TEAM_ID) != TEAM_ID:
        raise SlackRefusal("team_not_found")
    team = {
        "id": TEAM_ID,
        "name": TEAM_NAME,
        "url": desk.workspace.url,
        "domain": TEAM_DOMAIN,
        "email_domain": "example.com",
        "icon": {"image_default": True},
    }
    return {"team": team}
