"""Loading, merging, and the sentences of a refusal."""

from dataclasses import fields
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from incidentbot.core.policy import Mode, Policy, Severity, State
from incidentbot.core.refusals import Refused
from incidentbot.policies.findings import PolicyError
from incidentbot.policies.loader import load, shipped

HEAD = "schema: 1\nid: team-x\ntitle: Team X\nextends: im-chat\n"


def a_file(folder: Path, text: str, *, name: str = "team-x.yaml", head: str = HEAD) -> Path:
    file = folder / name
    file.write_text(head + text)
    return file


def test_six_profiles_are_shipped_each_under_its_own_id() -> None:
    assert set(shipped()) == {
        "default",
        "mapme",
        "gocarbontracker",
        "im-chat",
        "boat-listing",
        "missing-table",
    }
    for name in shipped():
        assert load(name).id == name


def test_mappings_merge_and_lists_are_replaced(tmp_path: Path) -> None:
    policy = load(
        a_file(tmp_path, "severities: {P0: {notify: [slack], ack: {within: 7m}}}\nchannels: {ops: '#x'}")
    )

    top = policy.severities[Severity.P0]
    assert top.notify == ("slack",)
    assert top.ack is not None
    assert (top.ack.within, top.ack.strict) == (timedelta(minutes=7), True)
    assert top.examples == load("im-chat").severities[Severity.P0].examples
    assert policy.channels == {"incidents": "#incidents", "oncall": "#on-call", "ops": "#x"}


def test_a_policy_is_known_by_the_bytes_of_its_files(tmp_path: Path) -> None:
    base = a_file(tmp_path, "", name="base.yaml")
    child = a_file(tmp_path, "", name="child.yaml", head=HEAD.replace("im-chat", "base.yaml"))
    before = load(child).sha256
    assert load(child).sha256 == before
    assert len({before, load(base).sha256, load("im-chat").sha256}) == 3

    base.write_text(base.read_text() + "# a word more\n")

    assert load(child).sha256 != before


def test_what_waits_for_a_fact_outlives_the_ack_unless_the_profile_says_otherwise(tmp_path: Path) -> None:
    rungs = "[{after: 1m}, {when: multiple_users_affected}, {when: persistent, mode: digest}, {when: persistent, until: mitigated}]"
    policy = load(a_file(tmp_path, f"severities: {{P0: {{escalate: {rungs}}}}}"))

    untils = [rung.until for rung in policy.severities[Severity.P0].escalate]

    assert untils == [State.ACKNOWLEDGED, State.RESOLVED, State.RESOLVED, State.MITIGATED]


def test_urgent_maintenance_with_a_postmortem_is_an_occasion(tmp_path: Path) -> None:
    text = "postmortem: {also_after: []}\nmaintenance: {emergency: {postmortem: %s}}"
    assert load(a_file(tmp_path, text % "true")).postmortem.also_after == ("emergency_maintenance",)
    assert load(a_file(tmp_path, text % "false")).postmortem.also_after == ()


def test_holidays_are_countries_their_parts_and_dates(tmp_path: Path) -> None:
    free = load(a_file(tmp_path, "holidays: [US, DE-BY, 2026-11-17]")).business.holidays
    assert {date(2026, 11, 26), date(2026, 1, 6), date(2026, 11, 17)} <= free
    assert date(2026, 11, 18) not in free


def test_hours_are_stated_whole_by_days_one_by_one_and_around_the_weekend(tmp_path: Path) -> None:
    hours = '{sat-mon: "00:00-24:00", "tue,thu": "08:30-12:00"}'
    week = load(a_file(tmp_path, f"business_hours: {hours}")).business.hours
    all_day, morning = (time(0), time(0)), (time(8, 30), time(12))
    assert week == {5: all_day, 6: all_day, 0: all_day, 1: morning, 3: morning}


def test_blocks_that_the_rules_do_not_read_are_kept_as_plain_data() -> None:
    other = load("im-chat").other
    assert other["retention"]["hold_until_exported"] is True
    assert other["dr"]["rto"] == timedelta(hours=4)
    assert other["slos"][0]["target"] == 99.95
    assert other["maintenance"]["emergency"]["approvers"] == ("vp_engineering", "cto")


def test_a_rung_says_who_climbs() -> None:
    modes = {name: load(name).severities[Severity.P2].escalate[0].mode for name in ("im-chat", "mapme")}
    assert modes == {"im-chat": Mode.MANUAL, "mapme": Mode.AUTO}


def test_nothing_in_a_policy_can_be_changed() -> None:
    policy = load("im-chat")
    for field in fields(Policy):
        with pytest.raises(AttributeError):
            setattr(policy, field.name, None)
    with pytest.raises(TypeError):
        policy.severities[Severity.P0] = policy.severities[Severity.P1]  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "where", "sentence"),
    [
        (
            "severities: {P0: {notfy: [slack]}}",
            "severities.P0.notfy",
            'Unknown key "notfy". Did you mean "notify"? Allowed',
        ),
        ("colour: red", "colour", 'Unknown key "colour". Allowed here: schema'),
        ("severities: {P4: {label: x}}", "severities.P4", "\"P4\" is not known here. Allowed: 'P0'"),
        ("severities: {P1: {aliases: [sev1]}}", "severities.P1.aliases", '"sev1" would mean both P0 and P1'),
        ("severities: {P1: {aliases: [P0]}}", "severities.P1.aliases", '"P0" would mean both P0 and P1'),
        (
            "severities: {P3: {label: Critical}}",
            "severities.P3.label",
            '"Critical" would mean both P0 and P3',
        ),
        ('severities: {P1: {aliases: ["2"]}}', "severities.P1.aliases", '"2" names no level'),
        ("severities: {P0: {ack: {within: immediate}}}", "severities.P0.ack", "`strict` needs a duration"),
        ("severities: {P0: {ack: {within: 5 mins}}}", "severities.P0.ack.within", '"5 mins" is no duration'),
        (
            "severities: {P0: {room: cellar}}",
            "severities.P0.room",
            "Allowed: 'dedicated', 'thread' or 'none'",
        ),
        (
            "severities: {P0: {escalate: [{after: 5m, to: wizard}]}}",
            "severities.P0.escalate[0].to",
            '"wizard" is no role; known are: ',
        ),
        (
            "severities: {P0: {escalate: [{until: resolved}]}}",
            "severities.P0.escalate[0]",
            "This would never happen",
        ),
        (
            "severities: {P0: {escalate: [{after: 0s}]}}",
            "severities.P0.escalate[0].after",
            "the word is `immediate`",
        ),
        ("timezone: Mars/Base", "timezone", '"Mars/Base" is no time zone'),
        ("maintenance: {planned: {timezone: Mars/Base}}", "maintenance.planned.timezone", "is no time zone"),
        ('business_hours: {mon-fry: "09:00-17:00"}', "business_hours.mon-fry", "names no weekdays"),
        ('business_hours: {sat: "17:00-09:00"}', "business_hours.sat", "closes before it opens"),
        (
            'business_hours: {mon-fri: "09:00-17:00", fri: "09:00-12:00"}',
            "business_hours.fri",
            "fri has hours twice",
        ),
        ("holidays: [ZZ]", "holidays[0]", '"ZZ" is no country'),
        ("holidays: [2026-13-01]", "holidays[0]", '"2026-13-01" is no holiday'),
        (
            "workflows: {security: [{id: a, label: A}]}",
            "workflows.security[0]",
            "either a `state` or a `duty`",
        ),
        ("chains: {security: []}", "chains.security", "A chain needs at least one role"),
        (
            "maintenance: {emergency: {approvers: [janitor]}}",
            "maintenance.emergency.approvers[0]",
            '"janitor" is no role',
        ),
        ("slos: [{name: x, unit: ms}]", "slos[0]", "exactly one of: target, below, above"),
        ("oncall: {handoff: friday}", "oncall.handoff", "like fri 17:00"),
        ("schema: 2", "schema", "stands here twice"),
        ("immediate_means: true", "immediate_means", "True is no duration"),
        ("multiple_users_means: 1", "multiple_users_means", "greater than or equal to 2"),
    ],
)
def test_a_refusal_names_file_line_field_and_what_is_allowed(
    tmp_path: Path, text: str, where: str, sentence: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        load(a_file(tmp_path, text))

    assert refused.value.sentence.startswith("team-x.yaml line 5")
    assert f", {where}: " in refused.value.sentence or "twice" in sentence
    assert sentence in refused.value.sentence
    assert isinstance(refused.value, Refused)


def test_a_profile_that_extends_nothing_must_name_all_four_levels(tmp_path: Path) -> None:
    whole = (
        (Path(__file__).parents[2] / "incidentbot/policies/default.yaml")
        .read_text()
        .replace("id: default", "id: mine")
    )
    assert load(a_file(tmp_path, whole, head="")).id == "mine"
    without = "\n".join(line for line in whole.splitlines() if not line.startswith("  P2:"))
    with pytest.raises(PolicyError, match="Level P2 is missing"):
        load(a_file(tmp_path, without, head=""))


def test_all_errors_of_a_profile_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"And 2 more: `incidentbot policy check`") as refused:
        load(a_file(tmp_path, "timezone: Nowhere\nholidays: [ZZ]\nchains: {security: []}"))
    assert len(refused.value.findings) == 3


def test_what_cannot_be_read_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"title: \xe9\n")
    a_file(tmp_path, "", name="loop.yaml", head=HEAD.replace("im-chat", "loop.yaml"))
    a_file(tmp_path, "- a\n", name="list.yaml", head="")
    a_file(tmp_path, "#" * 300_000, name="large.yaml")
    expected = {
        "latin.yaml": "not UTF-8",
        "loop.yaml": "leads back",
        "list.yaml": "is a mapping",
        "large.yaml": "larger than 256 KB",
        "missing.yaml": "no such profile. Name one of default",
    }
    for name, sentence in expected.items():
        with pytest.raises(PolicyError, match=sentence):
            load(tmp_path / name)
