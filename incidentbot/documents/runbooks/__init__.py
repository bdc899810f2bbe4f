"""From a team's markdown to a runbook: one small file for each thing that is recognised."""
