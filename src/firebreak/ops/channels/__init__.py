"""Deliveries: what channels send, parked safely until background work takes it in; and how each channel does."""
