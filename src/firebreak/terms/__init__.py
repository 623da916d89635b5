"""The words of the house: enumerations, code systems, table schemas and errors. Imports nothing of ours."""
