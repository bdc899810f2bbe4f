"""What the draft of a post-mortem says and rests on. Pure."""
