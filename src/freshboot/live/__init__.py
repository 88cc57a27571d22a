"""Asks the live app: one session without a browser, and the challenge that it carries."""
