"""How each provider is talked to: catalogue, wire dialects, the one door to the network."""
