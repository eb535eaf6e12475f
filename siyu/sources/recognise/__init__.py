"""Which contract knows a file, and why none does."""
