"""Widgets: they get values and post messages."""
