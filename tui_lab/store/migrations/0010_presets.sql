-- Models and parameters under a name.
CREATE TABLE presets (
  name TEXT PRIMARY KEY,
  models TEXT NOT NULL,             -- JSON, as the parameters
  parameters TEXT NOT NULL
);
