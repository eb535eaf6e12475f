"""What free text says, told without keeping it."""
