-- One row for each run. Small columns first: lists and statistics then need not read the long ones.
CREATE TABLE runs (
  -- The first 63 bits of the ULID, or the next free number: rows, the full-text index and lists
  -- all have one order, that of time.
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  batch_id TEXT NOT NULL,
  lane INTEGER NOT NULL,
  repeat INTEGER NOT NULL,
  parent_id TEXT,
  created_at TEXT NOT NULL,         -- RFC 3339, UTC, milliseconds
  workspace TEXT NOT NULL,
  source TEXT NOT NULL,
  status TEXT NOT NULL,
  finish_reason TEXT,
  finish_reason_raw TEXT,
  model TEXT NOT NULL,
  answered_by TEXT,
  provider TEXT NOT NULL,
  served_model TEXT,
  simulated INTEGER NOT NULL,
  input_tokens INTEGER,
  output_tokens INTEGER,
  cached_tokens INTEGER,
  cache_write_tokens INTEGER,
  reasoning_tokens INTEGER,
  estimated INTEGER NOT NULL,
  usd TEXT,                         -- an exact decimal
  cost_source TEXT NOT NULL,
  price_date TEXT,
  connect_ms REAL,
  headers_ms REAL,
  first_event_ms REAL,
  ttft_ms REAL,
  first_visible_ms REAL,
  last_ms REAL,
  latency_ms REAL,
  itl_ms REAL,
  error_kind TEXT,
  rating INTEGER,
  note TEXT,
  tags TEXT NOT NULL,               -- from here to route: JSON
  parameters TEXT NOT NULL,
  dropped_parameters TEXT NOT NULL,
  attachments TEXT NOT NULL,
  template TEXT,
  error TEXT,
  route TEXT,
  prompt TEXT NOT NULL,
  system TEXT,
  refusal TEXT,
  text TEXT NOT NULL,
  reasoning TEXT,
  tool_calls TEXT NOT NULL,         -- the last three: JSON
  messages TEXT NOT NULL,
  logprobs TEXT
);

-- Each ends in seq by itself, which gives the newest first.
CREATE INDEX runs_by_workspace ON runs (workspace);
CREATE INDEX runs_by_batch ON runs (batch_id);
CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX runs_by_provider ON runs (provider);
CREATE INDEX runs_by_model ON runs (coalesce(answered_by, model));

-- One row for each call to a provider.
CREATE TABLE attempts (
  seq INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  model TEXT NOT NULL,
  provider TEXT NOT NULL,
  status TEXT NOT NULL,
  http_status INTEGER,
  request_id TEXT,
  input_tokens INTEGER,
  output_tokens INTEGER,
  cached_tokens INTEGER,
  cache_write_tokens INTEGER,
  reasoning_tokens INTEGER,
  estimated INTEGER NOT NULL,
  usd TEXT,
  cost_source TEXT NOT NULL,
  price_date TEXT,
  connect_ms REAL,
  headers_ms REAL,
  first_event_ms REAL,
  ttft_ms REAL,
  first_visible_ms REAL,
  last_ms REAL,
  latency_ms REAL,
  itl_ms REAL,
  error_kind TEXT,
  error TEXT,                       -- JSON
  rate_limits TEXT NOT NULL         -- JSON
);
CREATE INDEX attempts_by_run ON attempts (run);

-- Arrival time and length of each piece of an answer.
CREATE TABLE deltas (
  run INTEGER PRIMARY KEY REFERENCES runs (seq) ON DELETE CASCADE,
  pieces BLOB NOT NULL
);

-- Runs in progress, and the process that each belongs to. A small table of its own, so that a
-- heartbeat does not write a long prompt again.
CREATE TABLE running (
  run INTEGER PRIMARY KEY REFERENCES runs (seq) ON DELETE CASCADE,
  host TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_start TEXT NOT NULL,
  database TEXT NOT NULL,           -- device and inode: a copied database has no running process
  heartbeat_ms INTEGER NOT NULL     -- Unix time
);

-- What has happened in a run in progress since it began, as JSON events, in order of n.
CREATE TABLE journal (
  n INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES running (run) ON DELETE CASCADE,
  events TEXT NOT NULL
);
CREATE INDEX journal_by_run ON journal (run);

CREATE VIRTUAL TABLE runs_fts USING fts5 (
  prompt, system, text, reasoning,
  content = 'runs',
  content_rowid = 'seq',
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '2 3'
);

CREATE TRIGGER runs_fts_insert AFTER INSERT ON runs BEGIN
  INSERT INTO runs_fts (rowid, prompt, system, text, reasoning)
  VALUES (new.seq, new.prompt, new.system, new.text, new.reasoning);
END;

CREATE TRIGGER runs_fts_delete AFTER DELETE ON runs BEGIN
  INSERT INTO runs_fts (runs_fts, rowid, prompt, system, text, reasoning)
  VALUES ('delete', old.seq, old.prompt, old.system, old.text, old.reasoning);
END;

CREATE TRIGGER runs_fts_update AFTER UPDATE OF prompt, system, text, reasoning ON runs BEGIN
  INSERT INTO runs_fts (runs_fts, rowid, prompt, system, text, reasoning)
  VALUES ('delete', old.seq, old.prompt, old.system, old.text, old.reasoning);
  INSERT INTO runs_fts (rowid, prompt, system, text, reasoning)
  VALUES (new.seq, new.prompt, new.system, new.text, new.reasoning);
END;

-- The columns by which usage is customarily logged.
CREATE VIEW llm_usage_logs AS
SELECT
  id,
  workspace AS user_id,
  coalesce(answered_by, model) AS model_name,
  input_tokens,
  output_tokens,
  input_tokens + output_tokens AS total_tokens,
  usd AS cost,
  latency_ms,
  status = 'ok' AS success,
  json_object(
    'provider', provider,
    'status', status,
    'finish_reason', finish_reason,
    'error_kind', error_kind,
    'source', source,
    'batch_id', batch_id,
    'cost_source', cost_source,
    'estimated', json(iif(estimated, 'true', 'false')),
    'simulated', json(iif(simulated, 'true', 'false'))
  ) AS metadata,
  created_at
FROM runs
WHERE status <> 'running';
