"""Dialogs: small screens over a screen. `esc` always closes them."""
