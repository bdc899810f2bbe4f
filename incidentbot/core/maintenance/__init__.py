"""When work is done on the team's own systems: what a profile plans, what people announce, what is said of it."""
