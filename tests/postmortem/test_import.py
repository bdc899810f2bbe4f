"""An export is read exactly, and what is none is refused with the place and what is missing there."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.refusals import Refused
from incidentbot.documents.postmortem_writer import to_markdown
from incidentbot.documents.postmortems.postmortem_import import read_export, read_ts

MESSAGE = {
    "id": "m1",
    "ts": "1721905804.000100",
    "user": "ana",
    "bot": False,
    "text": "rolled back",
    "reactions": [],
    "pinned": False,
}
EXPORT: dict[str, Any] = {
    "id": "INC-7",
    "title": "checkout",
    "channels": ["inc-7"],
    "messages": [MESSAGE],
    "bot_events": [],
}


def read(**changes: Any) -> Any:
    return read_export(json.dumps({**EXPORT, **changes}), name="x.json")


def test_a_ts_is_kept_to_the_last_digit() -> None:
    text = json.dumps(EXPORT).replace('"1721905804.000100"', "1721905804.000100")

    for item in (read().messages[0], read_export(text).messages[0]):
        assert item.message.ts == "1721905804.000100"
        assert item.message.at == datetime(2024, 7, 25, 11, 10, 4, 100, tzinfo=UTC)


def test_a_message_without_a_channel_is_in_the_first_one() -> None:
    assert read().messages[0].message.channel == "inc-7"
    assert read(channels=[{"id": "C1", "name": "inc-8"}]).messages[0].message.channel == "inc-8"


def test_messages_come_by_time_and_of_one_id_the_last_counts() -> None:
    later = {**MESSAGE, "id": "m2", "ts": "1721905803.5"}
    again = {**MESSAGE, "text": "rolled forward", "edited": {"user": "ana"}}
    items = read(messages=[MESSAGE, later, again]).messages

    assert [(item.id, item.message.text, item.message.edited) for item in items] == [
        ("m2", "rolled back", False),
        ("m1", "rolled forward", True),
    ]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("ack", FactKind.ACKNOWLEDGED),
        ("page", FactKind.PAGED),
        ("step_failed", FactKind.STEP_FAILED),
        ("alert_resolved", FactKind.ALERT_RESOLVED),
        ("deploy_began", FactKind.NOTED),
    ],
)
def test_events_are_facts_and_those_of_unknown_type_are_notes_of_that_type(
    typed: str, kind: FactKind
) -> None:
    event = {
        "ts": "1721905900.1",
        "type": typed,
        "message_id": "m1",
        "text": "told",
        "late_s": 3,
        "seen": True,
    }
    source = read(bot_events=[event])
    fact = source.facts[0].fact

    assert (fact.kind, fact.text, fact.data["message_id"], fact.data["late_s"]) == (kind, "told", "m1", "3")
    assert build_draft(source).timeline[-1].kind == (typed if kind is FactKind.NOTED else kind.value)


def test_a_role_event_names_its_holder() -> None:
    source = read(
        bot_events=[{"ts": "1721905900", "type": "role", "role": "lead", "user": "ana", "text": "ana leads"}]
    )

    assert build_draft(source).roster["ana"] == "incident lead"


def test_the_zone_of_the_source_is_the_zone_of_its_people() -> None:
    said = {**MESSAGE, "text": "checkout is down since 12:00"}
    draft = build_draft(read(messages=[said], timezone_of_source="Europe/London (UTC+1)"))

    assert draft.timeline[0].at == datetime(2024, 7, 25, 11, 0, tzinfo=UTC)


def test_a_zone_that_is_none_is_utc() -> None:
    said = {**MESSAGE, "text": "checkout is down since 10:00"}
    for zone in ("Mars/Phobos", "../../etc/passwd", "9" * 400, "Europe", "\x00"):
        draft = build_draft(read(messages=[said], timezone=zone))
        assert draft.timeline[0].at == datetime(2024, 7, 25, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("key", ["title", "channels", "services", "marks", "severities", "timezone"])
def test_half_a_surrogate_pair_can_be_written_wherever_it_stands(key: str) -> None:
    half = "checkout \ud83d"
    draft = build_draft(read(**{key: [half] if key.endswith("s") else half}))

    assert to_markdown(draft).encode()


def test_half_a_surrogate_pair_can_be_written() -> None:
    draft = build_draft(read_export(json.dumps(EXPORT).replace("rolled back", "rolled back \\ud83d")))

    assert to_markdown(draft).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "x.json is no JSON"),
        ("[" * 100_000, "x.json is no JSON"),
        ("[]", "x.json is no export: it holds no object"),
        ("{}", "`messages` is no list"),
        ('{"messages": []}', "the file has no `id`"),
        ('{"id": 7, "messages": []}', "the file has no `id`"),
        (json.dumps({**EXPORT, "messages": [7]}), "message 1 is no object"),
        (json.dumps({**EXPORT, "messages": [{"id": "m1", "text": "x"}]}), "message 1 has no `ts`"),
        (
            json.dumps({**EXPORT, "messages": [{**MESSAGE, "ts": "noon"}]}),
            "the `ts` of message 1 is not like",
        ),
        (json.dumps({**EXPORT, "messages": [{**MESSAGE, "text": None}]}), "message 1 has no `text`"),
        (
            json.dumps({**EXPORT, "messages": [{**MESSAGE, "reactions": [{"count": 1}]}]}),
            "a reaction of message 1 has no `name`",
        ),
        (json.dumps({**EXPORT, "bot_events": [{"ts": "1.0"}]}), "bot event 1 has no `type`"),
        (json.dumps({**EXPORT, "bot_events": {}}), "`bot_events` is no list"),
    ],
)
def test_what_is_no_export_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_export(text, name="x.json")

    assert sentence in refused.value.sentence


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*EXPORT, *MESSAGE, "type"]), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*EXPORT, *MESSAGE]), JSON))
def test_any_json_gives_a_draft_or_a_refusal(changes: dict[str, Any]) -> None:
    try:
        source = read_export(json.dumps({**EXPORT, **changes}))
    except Refused:
        return

    assert to_markdown(build_draft(source)).startswith("#")


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                **dict.fromkeys(
                    ("user", "bot", "subtype", "channel", "edited", "deleted", "pinned", "link"), JSON
                ),
                "id": st.text(min_size=1, max_size=3),
                "ts": st.integers(0, 10**10).map(str),
                "text": st.text(max_size=80),
            }
        ),
        max_size=6,
    )
)
def test_any_messages_give_a_document(messages: list[dict[str, Any]]) -> None:
    draft = build_draft(read(messages=messages))

    assert to_markdown(draft).encode("utf-8")


@pytest.mark.parametrize(
    "value", ["", "-1", "1e9", "1721905804.0001000000", "١٧٢١٩٠٥٨٠٤", None, "999999999999"]
)
def test_what_is_no_ts_is_no_instant(value: object) -> None:
    assert read_ts(value) is None
