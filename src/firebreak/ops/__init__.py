"""The desks: one Django app each, with the same file names."""
