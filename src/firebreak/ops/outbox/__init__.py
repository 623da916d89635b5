"""The outbox: what is decided at the desks goes back into the lake, each event exactly once."""
