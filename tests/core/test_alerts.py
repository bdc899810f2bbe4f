"""The rules of alerts by themselves: what is news, what becomes of it, and that `policy explain` says the same."""

from datetime import UTC, datetime, timedelta

import pytest

from incidentbot.core.alerts.alert import Alert, AlertGroup, AlertStatus, News, one_line
from incidentbot.core.alerts.asking import level_of
from incidentbot.core.alerts.group import heard, may_speak_at, told
from incidentbot.core.alerts.memory import MOST_SEEN
from incidentbot.core.alerts.verdict import Act, changed, judged
from incidentbot.core.commands import Declare
from incidentbot.core.decide import decide
from incidentbot.core.ladders.ladder import plan_for_alert
from incidentbot.core.policy import Severity
from incidentbot.policies.loader import load, shipped

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
FIRING, RESOLVED = AlertStatus.FIRING, AlertStatus.RESOLVED
IM_CHAT = load("im-chat")
NOTHING = AlertGroup("k", "Alertmanager")


def news(*alerts: Alert) -> News:
    return News("k", "Alertmanager", "Title", alerts)


def hears(group: AlertGroup, news: News, now: datetime) -> AlertGroup:
    return heard(group, news, now, policy=IM_CHAT)


def fires(name: str = "x", *, level: str = "critical", at: datetime | None = None) -> Alert:
    return Alert(name, name, FIRING, level, began_at=at)


def over(name: str = "x", *, at: datetime | None = None) -> Alert:
    return Alert(name, name, RESOLVED, ended_at=at)


def test_only_what_begins_or_ends_is_news() -> None:
    group = hears(NOTHING, news(fires(at=T0), over("never seen firing")), T0)
    again = hears(group, news(fires(at=T0)), T0)

    assert [change.alert.name for change in group.untold] == ["x"]
    assert again.untold == group.untold


def test_an_alert_that_keeps_its_first_instant_while_it_fires_again_began_when_we_heard() -> None:
    later = T0 + timedelta(minutes=5)
    group = hears(hears(NOTHING, news(fires(at=T0)), T0), news(over(at=T0 + timedelta(minutes=1))), T0)
    back = hears(group, news(fires(at=T0)), later)

    assert (back.untold[-1].at, back.untold[-1].again) == (later, True)


def test_a_senders_clock_that_is_ahead_makes_no_instant_that_is_to_come() -> None:
    group = hears(NOTHING, news(fires(at=T0 + timedelta(hours=1))), T0)

    assert group.untold[0].at == T0


def test_a_group_remembers_so_many_alerts_and_counts_the_rest() -> None:
    group = hears(NOTHING, news(*(fires(f"a{number}") for number in range(MOST_SEEN + 7))), T0)

    assert (len(group.seen), group.left_out) == (MOST_SEEN, 7)
    assert hears(group, news(*(fires(f"a{number}") for number in range(MOST_SEEN + 7))), T0).left_out == 7


def test_who_has_spoken_waits_a_minute_and_after_ten_lines_ten() -> None:
    group, waits = NOTHING, []
    for minute in range(12):
        now = T0 + timedelta(minutes=minute)
        group = told(group, now, changes=0)
        waits.append((may_speak_at(group) or now) - now)

    assert waits == [timedelta(minutes=1)] * 9 + [timedelta(minutes=10)] * 3
    assert told(group, T0 + timedelta(hours=3), changes=0).lines == 1


def test_a_profile_may_name_one_alert_and_its_name_goes_before_its_level() -> None:
    policy = load("im-chat")

    assert level_of(policy, "HighErrorRate", "CRITICAL") == "critical"
    assert level_of(policy, "P2", "critical") == "p2"
    assert level_of(policy, "HighErrorRate", "page") == ""


def test_of_several_alerts_the_one_that_asks_for_most_decides() -> None:
    group = hears(
        NOTHING, news(fires("a", level="warning"), fires("b", level="p2"), fires("c", level="p1")), T0
    )

    assert judged(group, None, policy=load("im-chat"), now=T0).level == "p1"


def test_what_has_ended_meanwhile_asks_for_nothing() -> None:
    group = hears(hears(NOTHING, news(fires(level="warning")), T0), news(over()), T0)

    assert judged(group, None, policy=load("im-chat"), now=T0).act is Act.POST


ALERTS = [(profile, alert) for profile in shipped() for alert in load(profile).alerts]


@pytest.mark.parametrize(("profile", "alert"), ALERTS)
def test_what_an_alert_opens_is_what_policy_explain_says(profile: str, alert: str) -> None:
    policy = load(profile)
    promised = plan_for_alert(policy, alert, declared_at=T0)
    group = hears(NOTHING, news(fires(level=alert.upper())), T0)
    verdict = judged(group, None, policy=policy, now=T0)
    if promised is None:
        assert verdict.act is Act.POST
        return

    command = changed(group, verdict.level, policy=policy, anew=True)
    declare = Declare("i", "", "t", Severity.P3, "abcd", 1, alert=command)
    incident = decide(None, declare, now=T0, policy=policy).incident

    assert incident.plan == promised
    assert incident.severity is promised.severity
    assert [page.role for page in incident.pages.values()] == [one for one in [promised.opening] if one]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (
            "reads &amp; writes &lt; 5 &gt; 4 of &quot;shop&quot; &#39;eu&#39;",
            "reads & writes < 5 > 4 of \"shop\" 'eu'",
        ),
        ("reads & writes < 5", "reads & writes < 5"),
        ("a&copy=1 &amp;lt;", "a&copy=1 &lt;"),
        ("ask <@U0ANA> or <@U0BO|bo> now", "ask @U0ANA or @U0BO now"),
        ("ask &lt;@U0ANA&gt;", "ask @U0ANA"),
        ("ask <@U0ANA", "ask @U0ANA"),
    ],
)
def test_what_a_sender_wrote_for_html_is_text_and_mentions_nobody(told: str, kept: str) -> None:
    assert one_line(told, 200) == kept
