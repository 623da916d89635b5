"""How a clean row becomes a messy one: one file for each kind of field."""
