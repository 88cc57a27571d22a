"""What is known of demand."""
