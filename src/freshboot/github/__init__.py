"""What GitHub is asked and told through its API."""
