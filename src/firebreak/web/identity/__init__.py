"""Pages on who is one person: a pair, the review queue, the model, what became of a delivered file."""
