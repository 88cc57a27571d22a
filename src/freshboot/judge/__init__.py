"""Expectation and evidence in, verdict, cause and explanation out. No I/O and no clock in here."""
