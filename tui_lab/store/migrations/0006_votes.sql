-- Which of two answers was better. The runs may be deleted: a vote has all that it is counted by.
CREATE TABLE votes (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,                 -- RFC 3339, UTC, milliseconds
  workspace TEXT NOT NULL,
  first_run TEXT NOT NULL,          -- the one that was shown at the left, or above
  first_model TEXT NOT NULL,
  second_run TEXT NOT NULL,
  second_model TEXT NOT NULL,
  verdict TEXT NOT NULL,
  blind INTEGER NOT NULL,
  template TEXT,
  tags TEXT NOT NULL,               -- JSON
  void TEXT                         -- why it does not count
);
CREATE INDEX votes_by_first ON votes (first_run, second_run);
CREATE INDEX votes_by_second ON votes (second_run, first_run);

CREATE TRIGGER votes_stay BEFORE UPDATE ON votes BEGIN
  SELECT raise(ABORT, 'a vote is never changed');
END;
CREATE TRIGGER votes_are_kept BEFORE DELETE ON votes BEGIN
  SELECT raise(ABORT, 'a vote is never deleted');
END;

-- What was said of a vote after the names were shown; the last one counts.
CREATE TABLE vote_notes (
  seq INTEGER PRIMARY KEY,
  vote TEXT NOT NULL REFERENCES votes (id),
  note TEXT NOT NULL
);
CREATE INDEX vote_notes_by_vote ON vote_notes (vote);
