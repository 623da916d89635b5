"""The integrations' tables, step by step."""
