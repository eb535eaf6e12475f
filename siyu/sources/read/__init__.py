"""Readers: every format becomes tables whose records come in blocks of bounded size."""
