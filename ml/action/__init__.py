"""The next action: what to show, whom to send a coupon, when, and how much will be needed.

Each asset stands beside a plain rule on held-out days and is published only where it beats it.
"""
