"""What `/incident help` shows: the commands by the moment in which they are wanted, or one of them. Sends nothing."""

from collections.abc import Iterator

from incidentbot.core.policy import Policy
from incidentbot.core.text.words import safe
from incidentbot.slack.cards.blocks import Block, Shown, context, fit, paragraphs, section
from incidentbot.slack.slash_usage import MOMENTS, MOST_USED, USAGE, forms

MORE = "`/incident help page` tells more of one command, `/incident help afterwards` of a moment."


def command_help(policy: Policy, topic: str = "") -> Shown:
    """The most used commands, the others by name, the levels of this profile and whom to call; or one topic."""
    if topic in MOMENTS:
        return Shown(f"{topic}: what can be typed after /incident", fit(_moment(topic)))
    if topic:
        return Shown(
            f"/incident {topic}", fit([*_verb(topic), *(_levels(policy) if topic == "severity" else ())])
        )
    names = [f"*{moment}*  {' · '.join(f'`{verb}`' for verb in verbs)}" for moment, verbs in MOMENTS.items()]
    blocks = [
        section("*Most used*"),
        *paragraphs(map(_line, MOST_USED)),
        section("*Everything, after `/incident`*"),
        *paragraphs(names),
        context(MORE),
        *_levels(policy),
        *_contacts(policy),
    ]
    return Shown("What can be typed after /incident", fit(blocks))


def _moment(moment: str) -> list[Block]:
    return [section(f"*{moment}*"), *paragraphs(map(_line, MOMENTS[moment]))]


def _verb(verb: str) -> list[Block]:
    """One command, a line for each way in which it is typed."""
    return [section(safe(USAGE[verb][1])), *paragraphs(map(safe, forms(verb)))]


def _line(verb: str) -> str:
    typed, meaning = USAGE[verb]
    return f"`/incident {safe(typed)}`  {safe(meaning)}"


def _levels(policy: Policy) -> list[Block]:
    lines = [
        f"*{severity}* {safe(rule.label)}: {', '.join(f'`{safe(alias)}`' for alias in rule.aliases)}"
        + (f" ({safe(', '.join(rule.examples or rule.meaning))})" if rule.examples or rule.meaning else "")
        for severity, rule in policy.severities.items()
    ]
    return [section("*Severities*"), *paragraphs(lines)]


def _contacts(policy: Policy) -> Iterator[Block]:
    contacts = [f"{safe(name)}: {safe(value)}" for name, value in policy.contacts.items()]
    if contacts:
        yield context("Contacts: " + ", ".join(contacts))
