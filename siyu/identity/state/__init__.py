"""What identity remembers between nights, and the steps that bring it to now."""
