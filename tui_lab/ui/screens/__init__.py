"""The screens of the frame, each with its style file beside it."""
