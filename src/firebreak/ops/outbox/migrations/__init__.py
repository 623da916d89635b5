"""The outbox' tables, step by step."""
