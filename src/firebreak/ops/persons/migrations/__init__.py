"""The persons desk's tables, step by step."""
