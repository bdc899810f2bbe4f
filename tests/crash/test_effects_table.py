"""docs/effects.md and the sweep agree: no effect, and no call of an effect, at which the bot is not killed."""

from collections import defaultdict

from incidentbot.slack.web_api.scopes import Method
from tests.crash.acts import ACTS
from tests.crash.effects_table import calls_by_effect, named, unnamed


def test_every_call_of_every_effect_in_the_table_is_killed_at_by_the_sweep():
    killed: dict[str, set[str]] = defaultdict(set)
    for act in ACTS:
        for call, effect in act.calls.items():
            killed[effect].add(named(call))

    assert dict(killed) == calls_by_effect()


def test_every_method_of_slack_that_the_bot_may_call_is_named():
    assert unnamed({method.value for method in Method}) == set()


def test_a_call_that_the_page_does_not_name_is_noticed():
    assert unnamed({"chat.delete", "enqueue.change", "DELETE /incidents/{id}"}) == {
        "chat.delete",
        "enqueue.change",
        "DELETE /incidents/{id}",
    }
