"""How a file would be read, told without touching the data folder."""
