"""What is particular to a host: addresses, sleep, wake, what it tracks."""
