"""One page for a co-operative: what sold where, what is left in hand, what to do this week."""
