"""The channels desk: how each channel does, deliveries, rejects to put right, unknown files to classify."""
