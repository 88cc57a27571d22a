"""The loop: open the witness, publish, ask, wait and ask again, until a verdict stands."""
