"""The two databases: how each is opened, asked and shared."""
