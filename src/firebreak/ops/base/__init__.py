"""What every desk is built of: actors, policies, scope, keys, pages, lists. It is below all desks and has no tables."""
