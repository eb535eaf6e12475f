"""Predictions: who is about to leave, and what each buyer is worth over the next quarter."""
