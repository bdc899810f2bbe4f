"""What is left to do once it is over: action items, the review, times put right. Pure."""
