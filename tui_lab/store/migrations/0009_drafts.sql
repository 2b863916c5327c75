-- Prompts that are being written, and the process that each belongs to (as in `running`).
CREATE TABLE drafts (
  id TEXT PRIMARY KEY,
  workspace TEXT NOT NULL,
  saved_at TEXT NOT NULL,
  content TEXT NOT NULL,            -- JSON
  host TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_start TEXT NOT NULL,
  database TEXT NOT NULL,
  heartbeat_ms INTEGER NOT NULL
);
