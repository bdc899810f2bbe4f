"""A strict stand-in for Slack on loopback: what people try the bot in, and what the tests run on."""

from incidentbot.playground.slack.answers import Answer, NotThereError
from incidentbot.playground.slack.calling import Call
from incidentbot.playground.slack.people import FIVE_PEOPLE, Person
from incidentbot.playground.slack.records import Change
from incidentbot.playground.slack.server import SlackStandIn
from incidentbot.playground.slack.workspace import Workspace

__all__ = ["FIVE_PEOPLE", "Answer", "Call", "Change", "NotThereError", "Person", "SlackStandIn", "Workspace"]
