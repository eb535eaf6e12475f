"""What could not be read: listed, taken out, tried again."""
