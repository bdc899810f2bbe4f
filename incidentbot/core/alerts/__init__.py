"""Alerts: what senders tell, what of it is new, and what becomes of it."""
