"""Formulas of the growth marts that SQL alone does not give: attribution and referral."""
