-- Few runs are rated: those that are, are found without the others.
CREATE INDEX runs_rated ON runs (workspace, answered_by, rating) WHERE rating IS NOT NULL;
