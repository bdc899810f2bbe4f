"""The text of a runbook, cleaned and taken apart into blocks with line numbers; nothing here knows what a step is."""
