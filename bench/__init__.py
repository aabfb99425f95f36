"""Benchmarks: each returns figures of things measured in one run, alternating, as medians."""
