"""The accounts' tables, step by step."""
