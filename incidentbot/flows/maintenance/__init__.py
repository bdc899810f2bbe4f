"""Maintenance windows kept, told and ended."""
