"""What a rule needs is in whatever it matches: the shortcut past most text lets no secret through."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidentbot.core.text.redaction_rules import ANYTHING, RULES, Rule

SHORTCUT = [rule for rule in RULES if rule.needs != ANYTHING]


@pytest.mark.parametrize("rule", SHORTCUT, ids=[f"{rule.type} {rule.needs[0]}" for rule in SHORTCUT])
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_rule_matches_holds_what_it_needs(rule: Rule, data: st.DataObject):
    text = data.draw(st.from_regex(rule.pattern))

    lowered = text.lower()
    assert not rule.pattern.search(text) or any(need in lowered for need in rule.needs)
