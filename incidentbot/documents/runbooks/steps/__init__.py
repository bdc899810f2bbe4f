"""Where the steps of a runbook are: the role of each section, the rules S1 to S6, and who owns which line."""
