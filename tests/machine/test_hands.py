"""The rules of many hands against their oracle: acks that several give, that expire and are taken back, calls, snoozes."""

from hypothesis import settings

from tests.machine.effort import effort
from tests.machine.hands.machine import HandsMachine

TestHands = HandsMachine.TestCase
TestHands.settings = settings(effort(150), stateful_step_count=25)
