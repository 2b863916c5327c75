-- What providers said they serve, the last time they were asked.
CREATE TABLE model_lists (
  provider TEXT NOT NULL,
  base_url TEXT NOT NULL,
  fetched_at TEXT NOT NULL,         -- RFC 3339, UTC, milliseconds
  models TEXT NOT NULL,             -- JSON
  PRIMARY KEY (provider, base_url)
);
