"""The pages of orders: what came in, who is on it, how far each level is."""
