"""What a channel may be called and how long its lines may be. Pure; knows no channel."""

from incidentbot.playground.slack.refusals import SlackRefusal

NAME_LENGTH = 80  # https://docs.slack.dev/reference/methods/conversations.create
TOPIC_LENGTH = 250  # https://docs.slack.dev/reference/methods/conversations.setTopic


def checked_name(name: str) -> str:
    """The name itself when Slack would take it.

    Raises SlackRefusal with invalid_name_required, _maxlength, _specials or _punctuation.
    """
    if not name:
        raise SlackRefusal("invalid_name_required")
    if len(name) > NAME_LENGTH:
        raise SlackRefusal("invalid_name_maxlength")
    if name != name.lower() or not all(letter.isalnum() or letter in "-_" for letter in name):
        raise SlackRefusal("invalid_name_specials")
    if not any(letter.isalnum() for letter in name):
        raise SlackRefusal("invalid_name_punctuation")
    return name


def checked_line(text: str) -> str:
    """A topic or purpose that Slack would take.

    Raises SlackRefusal too_long above 250 characters.
    """
    if len(text) > TOPIC_LENGTH:
        raise SlackRefusal("too_long")
    return text
