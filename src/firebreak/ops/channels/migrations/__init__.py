"""The channels' tables, step by step."""
