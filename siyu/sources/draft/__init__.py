"""A first contract for a kind of export that Siyu has never seen, guessed from one file of it."""
