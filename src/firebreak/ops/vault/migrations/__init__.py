"""The vault's tables, step by step."""
