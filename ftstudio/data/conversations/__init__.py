"""Conversations in whatever shape they come."""
