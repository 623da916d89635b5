"""The persons of the lake at the desks: who is where, the queue of doubtful identities, what people ruled."""
