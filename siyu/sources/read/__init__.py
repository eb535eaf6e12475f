"""Readers: every format becomes rows of text in one temporary UTF-8 CSV."""
