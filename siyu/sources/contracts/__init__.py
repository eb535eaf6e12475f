"""What a source is: its contract, its columns and what they feed."""
