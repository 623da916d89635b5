"""Names, numbers, phones and addresses, sealed at rest; shown masked until a reason is given."""
