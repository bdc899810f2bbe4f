"""What authors get to see of their runbook: remarks and JSON."""
