"""What is compared between two records, and on which levels."""
