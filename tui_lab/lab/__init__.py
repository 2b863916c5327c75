"""The lab: what a face opens, and the parts that it reaches through it."""

from tui_lab.lab.lab import Lab

__all__ = ["Lab"]
