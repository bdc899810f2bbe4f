"""What people type after `/incident`, and what is understood."""

from datetime import time

import pytest

from incidentbot.core.policy import Severity
from incidentbot.policies.loader import load
from incidentbot.slack import asks
from incidentbot.slack.asks import Parsed
from incidentbot.slack.slash_grammar import FREE_TEXT, READERS
from incidentbot.slack.slash_usage import ALIASES, USAGE
from tests.slack.lines import read, read_in_room, refusal

IM_CHAT = load("im-chat")
MAPME = load("mapme")
ANA = "<@U0ANA|ana>"


@pytest.mark.parametrize(
    ("typed", "severity", "title"),
    [
        ("declare sev1 checkout is down", Severity.P0, "checkout is down"),
        ("declare severity 1 checkout is down", Severity.P0, "checkout is down"),
        ("declare SEV2: mails are late", Severity.P1, "mails are late"),
        ("declare p1 mails are late", Severity.P1, "mails are late"),
        ("declare critical everything", Severity.P0, "everything"),
        ("DECLARE p3 typo", Severity.P3, "typo"),
        ("declare sev1 – checkout is down", Severity.P0, "checkout is down"),
        ("declare sev1 “checkout is down”", Severity.P0, "checkout is down"),
        ("declare sev1 3 pods down", Severity.P0, "3 pods down"),
        ("declare sev2 5xx on checkout", Severity.P1, "5xx on checkout"),
        ("declare sev1 INC-7 is back", Severity.P0, "INC-7 is back"),
        ("declare sev1 latency &gt; 5 s &amp; rising", Severity.P0, "latency > 5 s & rising"),
        ("declare sev1 rm --force broke it", Severity.P0, "rm --force broke it"),
        ("declare sev1 أعطال في الدفع", Severity.P0, "أعطال في الدفع"),
        ("declare sev1 🔥🔥🔥", Severity.P0, "🔥🔥🔥"),
    ],
)
def test_a_whole_line_declares_at_once(typed: str, severity: Severity, title: str) -> None:
    assert read(typed).ask == asks.Declare(title, severity)


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("declare", asks.Form()),
        ("", asks.Form()),
        ("declare sev1", asks.Form(severity=Severity.P0)),
        ("declare checkout is down", asks.Form(title="checkout is down")),
        ("declare 3 pods down", asks.Form(title="3 pods down")),
        ("declare 5xx on checkout", asks.Form(title="5xx on checkout")),
        ("declare --drill", asks.Form(paging=False, drill=True)),
        ("drill", asks.Form(paging=False, drill=True)),
        ("drill sev1 --page", asks.Form(severity=Severity.P0, drill=True)),
        ("declare sev1 \u200b\u202e", asks.Form(severity=Severity.P0)),
        ("declare sev1 \u3164", asks.Form(severity=Severity.P0)),
        ('declare sev1 "\u0301"', asks.Form(severity=Severity.P0)),
        ("declare \u200b --service api", asks.Form()),
    ],
)
def test_what_is_missing_is_asked_for_in_the_form(typed: str, form: asks.Form) -> None:
    assert read(typed).ask == form


def test_a_severity_that_is_no_level_is_refused() -> None:
    assert "sev9" in refusal("declare sev9 checkout")
    assert "p7" in refusal("declare p7 checkout")


def test_a_bare_digit_is_refused_with_both_readings() -> None:
    sentence = refusal("declare 1")
    assert "sev1" in sentence
    assert "p1" in sentence


@pytest.mark.parametrize("dash", ["--", "—", "–"])
def test_options_work_with_the_dashes_slacks_clients_put(dash: str) -> None:
    declared = read(f"declare sev1 break-in {dash}kind security {dash}no-page {dash}drill").ask

    assert declared == asks.Declare("break-in", Severity.P0, "security", paging=False, drill=True)


def test_an_option_may_stand_anywhere_and_be_quoted() -> None:
    assert read("declare --kind=security sev1 x").ask == asks.Declare("x", Severity.P0, "security")
    assert read("declare sev1 x --service “api gateway”").ask == asks.Declare("x [api gateway]", Severity.P0)


def test_a_misspelt_option_is_refused_before_anybody_is_paged() -> None:
    assert "--no-page" in refusal("declare sev1 x --nopage")
    assert "needs a word" in refusal("declare sev1 x --kind")
    assert "security" in refusal("declare sev1 x --kind nonsense")


def test_private_is_an_option_of_declaring_with_and_without_the_form() -> None:
    assert read("declare sev1 leak --private").ask == asks.Declare("leak", Severity.P0, private=True)
    assert read("declare --private").ask == asks.Form(private=True)


def test_titles_are_kept_whole_up_to_five_hundred_characters() -> None:
    title = "ü" * 300
    assert read(f"declare sev1 {title}").ask == asks.Declare(title, Severity.P0)
    assert "501" in refusal(f"declare sev1 {'x' * 501}")


@pytest.mark.parametrize(
    ("typed", "ask"),
    [
        ("ack", asks.Ack()),
        ("acknowledge", asks.Ack()),
        ("ack looking at it", asks.Ack("looking at it")),
        ("escalate", asks.Escalate()),
        ("escalate next nobody answers", asks.Escalate(why="nobody answers")),
        ("escalate team lead we need a decision", asks.Escalate("team_lead", why="we need a decision")),
        ("escalate on-call secondary: asleep", asks.Escalate("on_call_secondary", why="asleep")),
        ("escalate nobody answers", asks.Escalate(why="nobody answers")),
        (f"escalate {ANA} knows the proxy", asks.Escalate(person="U0ANA", why="knows the proxy")),
        ("escalate <!subteam^S1|@db> help", asks.Escalate(group="S1", why="help")),
        ("severity p1 fewer users", asks.ChangeSeverity(Severity.P1, "fewer users")),
        ("sev sev3", asks.ChangeSeverity(Severity.P2)),
        ("stage", asks.Stages()),
        ("stage next", asks.EnterStage()),
        ("stage Mitigation", asks.EnterStage("Mitigation")),
        ("mitigate", asks.Mitigate()),
        ("mitigate rolled back", asks.Mitigate("rolled back")),
        ("resolve", asks.Resolve()),
        ("resolve rolled back, verified by bo", asks.Resolve("rolled back", "bo")),
        (f"resolve rolled back, {ANA}", asks.Resolve("rolled back", ANA)),
        ("resolve fixed, truly", asks.Resolve("fixed, truly")),
        ("reopen it is back", asks.Reopen("it is back")),
        ("close", asks.Close()),
        ("lead", asks.TakeRole("lead")),
        (f"lead {ANA}", asks.TakeRole("lead", "U0ANA")),
        (f"role Comms {ANA}", asks.TakeRole("comms", "U0ANA")),
        ("role scribe me", asks.TakeRole("scribe")),
        ("handover <@W0CHI>", asks.TakeRole("lead", "W0CHI")),
        ("join", asks.Join()),
        ("update", asks.Update()),
        ("update \u200b", asks.Update()),
        ("update line one\nline two", asks.Update("line one\nline two")),
        ("impact", asks.Impact()),
        ("impact \u2800", asks.Impact()),
        (
            "impact cards fail --users many —data-at-risk",
            asks.Impact("cards fail", "many", data_at_risk=True),
        ),
        ("note deploy began at 14:05", asks.Note("deploy began", time(14, 5))),
        ("note deploy began at 25:99", asks.Note("deploy began at 25:99")),
        ("note meet at 9:30 sharp", asks.Note("meet at 9:30 sharp")),
        ("status", asks.Status()),
        ("list", asks.ListIncidents()),
        ("list MINE", asks.ListIncidents("mine")),
        ("timeline", asks.Timeline()),
        ("runbook", asks.RunbookSearch()),
        ("runbook kafka is full", asks.RunbookSearch("kafka is full")),
        ("runbook next", asks.RunbookMove("next")),
        ("runbook next steps of kafka", asks.RunbookSearch("next steps of kafka")),
        ("runbook start kafka-outage", asks.RunbookStart("kafka-outage")),
        ("postmortem", asks.Postmortem()),
        ("post-mortem", asks.Postmortem()),
        ("help me please", asks.Help()),
        ("help maintenance", asks.Help("maintenance")),
        ("help post-mortem", asks.Help("postmortem")),
        ("help room", asks.Help("Run the room")),
        ("?", asks.Help()),
    ],
)
def test_each_verb_is_read(typed: str, ask: asks.Ask) -> None:
    assert read(typed) == Parsed(ask)


def test_a_bare_command_in_a_room_shows_its_actions() -> None:
    assert read_in_room("  ") == Parsed(asks.Actions())


def test_an_unknown_word_is_answered_with_the_nearest_command_and_its_usage() -> None:
    assert "/incident resolve" in refusal("resovle it")
    assert "/incident declare" in refusal("checkout is down")


def test_a_forgotten_verb_is_answered_with_the_whole_line_to_type() -> None:
    assert "`/incident declare sev1 checkout is down`" in refusal("sev1 checkout is down")


def test_what_is_quoted_back_pings_nobody() -> None:
    assert "<!channel>" not in refusal("sev1 &lt;!channel&gt;")
    assert "<!here>" not in refusal("zzz`<!here>")
    assert "<!here>" not in refusal("lead <!here>")
    assert "<!here>" not in refusal("declare sev1 x --kind <!here>")


def test_a_name_slack_did_not_turn_into_a_mention_is_refused() -> None:
    assert "pick one person" in refusal("lead @ana")
    assert "pick one person" in refusal(f"handover {ANA} and {ANA}")
    assert refusal(f"handover {ANA} it is late") == (
        "Please pick one person and type nothing after: `/incident handover @user`. “it is late” is too much. Nothing was changed."
    )
    assert "to whom" in refusal("handover")


def test_verbs_that_stand_alone_refuse_what_follows() -> None:
    assert "stands alone" in refusal("close because I can")


def test_every_verb_has_a_reader_and_a_usage_and_no_two_meanings() -> None:
    assert set(READERS) == set(USAGE)
    assert not set(ALIASES) & set(READERS)
    assert set(ALIASES.values()) <= set(READERS)
    assert set(READERS) >= FREE_TEXT


@pytest.mark.parametrize("word", ["unack", "un-ack", "Unacknowledge", "unsnooze", "unescalate", "unresolve"])
def test_who_would_take_something_back_is_never_offered_the_very_same(word: str) -> None:
    sentence = refusal(word)

    verb = word.casefold().replace("-", "").removeprefix("un")
    assert f"`/incident {ALIASES.get(verb, verb)}" not in sentence
    assert "`/incident " in sentence
    assert "Nothing was changed." in sentence
