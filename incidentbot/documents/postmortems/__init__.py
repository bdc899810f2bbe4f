"""From a draft to Markdown and JSON, and from an export to a draft."""
