"""Landing: every new file once, block by block, to parts and one ledger."""
