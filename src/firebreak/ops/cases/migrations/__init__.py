"""The cases desk's tables, step by step."""
