"""One file per platform: how its exports look, byte for byte."""
