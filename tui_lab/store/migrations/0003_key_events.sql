-- What was done with keys, when and from where. Never a key: `mask` is what the screens show of it.
CREATE TABLE key_events (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,                 -- RFC 3339, UTC, milliseconds
  action TEXT NOT NULL,
  workspace TEXT,                   -- null, as the next two: it concerns the whole vault
  provider TEXT,
  label TEXT,                       -- empty: the environment's key
  source TEXT NOT NULL,             -- where the key is from
  origin TEXT NOT NULL,             -- who did it, on which machine
  mask TEXT,
  outcome TEXT,                     -- of a verification, as the next but one
  detail TEXT,
  credit TEXT
);
CREATE INDEX key_events_by_key ON key_events (workspace, provider, label);
