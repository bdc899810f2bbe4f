"""What the stand-in refuses, as Slack would: arguments, blocks, views, scopes and rate tiers."""
