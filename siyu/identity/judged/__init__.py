"""How good the people and households are."""
