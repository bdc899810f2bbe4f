"""From Slack's blocks and mrkdwn to what a browser draws."""
