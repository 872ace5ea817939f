"""Measurements: each part gives tables of medians and ratios, printed and kept in docs/bench."""
