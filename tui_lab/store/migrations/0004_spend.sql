-- Money spent, so that a budget is as fast to ask after a million runs as after one. Changed in the
-- transaction that ends a run; a run that is deleted stays counted.
CREATE TABLE spend (
  slot INTEGER NOT NULL,            -- a quarter of an hour in which runs began: Unix time / 900
  workspace TEXT NOT NULL,
  provider TEXT NOT NULL,
  amount INTEGER NOT NULL,          -- in 1e-12 US dollars, as all amounts here
  estimated INTEGER NOT NULL,       -- the part of it that no provider has told
  PRIMARY KEY (slot, workspace, provider)
) WITHOUT ROWID;

INSERT INTO spend (slot, workspace, provider, amount, estimated)
SELECT
  CAST(strftime('%s', runs.created_at) AS INTEGER) / 900 AS slot,
  runs.workspace,
  attempts.provider,
  sum(min(CAST(round(CAST(attempts.usd AS REAL) * 1e12) AS INTEGER), 100000000000000000)),
  sum(iif(
    attempts.cost_source = 'table' AND attempts.estimated,
    min(CAST(round(CAST(attempts.usd AS REAL) * 1e12) AS INTEGER), 100000000000000000),
    0
  ))
FROM runs JOIN attempts ON attempts.run = runs.seq
WHERE runs.status <> 'running' AND CAST(attempts.usd AS REAL) > 0
GROUP BY 1, 2, 3;

-- What runs in progress may still cost, and the process that each belongs to (as in `running`, but
-- there are runs that are not recorded, and cost money all the same).
CREATE TABLE reservations (
  run_id TEXT PRIMARY KEY,
  slot INTEGER NOT NULL,
  workspace TEXT NOT NULL,
  provider TEXT NOT NULL,
  amount INTEGER NOT NULL,
  host TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_start TEXT NOT NULL,
  database TEXT NOT NULL,
  heartbeat_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- Alerts that were given: each once in a period of a limit.
CREATE TABLE budget_alerts (
  setting TEXT NOT NULL,            -- the name of the limit
  period_begin INTEGER NOT NULL,    -- Unix time
  percent INTEGER NOT NULL,
  PRIMARY KEY (setting, period_begin, percent)
) WITHOUT ROWID;
