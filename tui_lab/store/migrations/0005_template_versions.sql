-- What the templates were that runs were made from. A number stands for a content: the same content
-- is the same version wherever it comes from.
CREATE TABLE template_versions (
  id TEXT NOT NULL,
  digest TEXT NOT NULL,
  version INTEGER NOT NULL,
  content TEXT NOT NULL,            -- JSON
  first_seen TEXT NOT NULL,
  PRIMARY KEY (id, digest)
) WITHOUT ROWID;

CREATE INDEX runs_by_template ON runs (json_extract(template, '$.id')) WHERE template IS NOT NULL;
