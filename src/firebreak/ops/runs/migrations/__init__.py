"""The runs' tables, step by step."""
