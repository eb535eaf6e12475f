"""Who looks like whom: compared by tokens, suggested, never merged by itself."""
