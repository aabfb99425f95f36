"""Stores that several processes share: each in a module of its own, with an extra of its name."""
