"""Say what was found: on the terminal, as JSON, and to GitHub Actions."""
