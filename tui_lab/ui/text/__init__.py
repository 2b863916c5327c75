"""Text for the screen as values: wrapped, coloured, searched. Knows nothing of widgets."""
