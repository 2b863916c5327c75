"""Runs as files for other programs, and back: CSV, JSON, JSON lines, Markdown, HTML."""
