"""What was done and read at the desks, by whom and why: append-only, chained, the lowest of all desks."""
