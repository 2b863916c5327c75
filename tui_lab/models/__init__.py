"""Which models exist, what they can do, and what may be sent to them."""
