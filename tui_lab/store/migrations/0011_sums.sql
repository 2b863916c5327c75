-- What runs come to, so that statistics are as fast after a million runs as after one. Changed in
-- every transaction that ends, adds or removes runs; filled from the runs that are there when the
-- database is opened to write.
CREATE TABLE sums (
  quarters INTEGER NOT NULL,        -- how many quarters of an hour it is over: 4 or 1
  quarter INTEGER NOT NULL,         -- the first of them: Unix time / 900
  workspace TEXT NOT NULL,
  model TEXT NOT NULL,
  provider TEXT NOT NULL,
  template TEXT NOT NULL,           -- empty: none
  ok INTEGER NOT NULL,              -- runs, by status
  refused INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  error INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  interrupted INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  unknown_cost_calls INTEGER NOT NULL,
  ttft INTEGER NOT NULL,            -- this and the next two, of runs that ended well, in thousandths
  latency INTEGER NOT NULL,
  speed INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,         -- when the last run began: Unix time
  spread BLOB NOT NULL,             -- histograms of the three
  usd TEXT NOT NULL,                -- an exact decimal
  PRIMARY KEY (quarters, quarter, workspace, model, provider, template)
) WITHOUT ROWID;
