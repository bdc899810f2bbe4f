"""What one step holds: commands, branches, warnings, estimates, placeholders."""
