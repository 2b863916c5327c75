"""Which models may answer a prompt, in which order, and why.

Everything here is a function of values: prices, facts, health and plans come as arguments.
"""
