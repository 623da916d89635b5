"""The API: what programs of institutions use. Closed by default; errors as problems; bulk answers written at once."""
