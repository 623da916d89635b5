"""The orders desk's tables, step by step."""
