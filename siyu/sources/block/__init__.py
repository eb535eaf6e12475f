"""One block of records to landed rows: cut, cleaned, typed, tokenised."""
