"""Whom to reach and when: rungs, ladders, working hours, clocks and pages. Pure."""
