"""tui-lab: a full-screen terminal laboratory for language models."""

__version__ = "0.1.0"
