"""Whole components in, people out: pure functions of the links."""
