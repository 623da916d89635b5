"""Urgent orders: who is to be reached, where, until when; split by division, done once however many cases ask."""
