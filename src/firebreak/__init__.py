"""Firebreak (联防): from a folder of messy channel files to the complete list of contacts."""

__version__ = "0.1.0"
