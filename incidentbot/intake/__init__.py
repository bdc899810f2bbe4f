"""Alerts in: a door for what monitoring sends. Reads and stores; what it leads to is decided by the flows."""
