"""Whatever is typed after `/incident`, it is understood or refused in a sentence."""

from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.core.text.visible import visible
from incidentbot.policies.loader import load
from incidentbot.slack import asks
from incidentbot.slack.asks import Parsed
from incidentbot.slack.slash_grammar import parse
from incidentbot.slack.slash_usage import ALIASES, USAGE

IM_CHAT = load("im-chat")
MAPME = load("mapme")
ANA = "<@U0ANA|ana>"


def outcome(text: str, policy: Policy, *, in_room: bool) -> Parsed | str:
    """What is understood, or the sentence that refuses it; any other exception fails the test."""
    try:
        return parse(text, policy=policy, in_room=in_room)
    except Refused as refused:
        return refused.sentence


@given(st.text(max_size=300), st.booleans())
def test_no_text_raises_anything_but_a_refusal(text: str, in_room: bool) -> None:  # noqa: FBT001 - drawn
    for policy in (IM_CHAT, MAPME):
        said = outcome(text, policy, in_room=in_room)
        assert isinstance(said, Parsed) or 0 < len(said) < 3000


WORDS = st.sampled_from(
    [
        *USAGE,
        *ALIASES,
        *("sev1", "p1", "sev9", "1", "critical", "INC-7", ANA, "<!subteam^S1|@db>", "--kind", "--users"),
        *(
            "—drill",
            "–no-page",
            "--data-at-risk",
            "at 14:05",
            "verified by",
            "“",
            "”",
            "&lt;",
            "&amp;lt;",
            "\n",
        ),
    ]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=8), st.booleans())
def test_no_mixture_of_its_own_words_raises_anything_but_a_refusal(words: list[str], in_room: bool) -> None:  # noqa: FBT001 - drawn
    assert outcome(" ".join(words), IM_CHAT, in_room=in_room)


@given(st.text(max_size=120).filter(lambda text: "--" not in text and "—" not in text and "–" not in text))
def test_a_title_is_stored_as_it_was_typed_but_for_spaces_and_what_is_not_seen(title: str) -> None:
    escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    ask = parse(f"declare sev1 is: {escaped}", policy=IM_CHAT, in_room=False).ask

    assert isinstance(ask, asks.Declare)
    quotes = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
    assert ask.title == " ".join(visible(f"is: {title.translate(quotes)}").split())
