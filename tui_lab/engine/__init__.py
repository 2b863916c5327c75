"""One run from request to record: the only place that calls providers and writes the journal."""
