"""Integrations: programs of institutions that deliver by the API, their tokens, and answers given to them once."""
