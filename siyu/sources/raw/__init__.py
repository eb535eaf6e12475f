"""What landed and what was refused: the ledger, the places, the views, the laws."""
