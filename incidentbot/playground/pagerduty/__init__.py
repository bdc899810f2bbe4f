"""A stateful stand-in for PagerDuty on loopback; `PagerDutyStandIn` is its face."""

from incidentbot.playground.pagerduty.door import PagerCall
from incidentbot.playground.pagerduty.phone import Phone, Reason, Ring
from incidentbot.playground.pagerduty.refusals import Refusal
from incidentbot.playground.pagerduty.server import PagerDutyStandIn

__all__ = ["PagerCall", "PagerDutyStandIn", "Phone", "Reason", "Refusal", "Ring"]
