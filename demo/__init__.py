"""A brand to try Siyu on: twelve platforms' exports made from real orders, and the truth."""
