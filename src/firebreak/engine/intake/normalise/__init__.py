"""Normalisers: what a cell really says. One small documented function each, with its table of cases."""
