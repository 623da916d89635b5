"""The institutions: one file a trade, each with the channels it sends and where their rows come from."""
