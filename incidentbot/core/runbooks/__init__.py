"""What a runbook is, which one fits, and how its steps are walked. Pure."""
