-- For searches: what they compare, apart from the long texts beside it, newest first. So that a
-- condition that few runs meet is tried on all of them without reading the texts.
CREATE INDEX runs_measures ON runs (
  seq,
  status,
  provider,
  workspace,
  source,
  coalesce(answered_by, model),
  json_extract(template, '$.id'),
  usd,
  ttft_ms,
  latency_ms,
  input_tokens,
  output_tokens,
  error_kind,
  rating,
  tags,
  note IS NOT NULL,
  system IS NOT NULL,
  reasoning IS NOT NULL,
  tool_calls <> '[]',
  instr(attachments, '"kind":"image"'),
  instr(attachments, '"kind":"document"')
);

-- What people mark is rare, and often looked for.
CREATE INDEX runs_with_tags ON runs (seq) WHERE tags <> '[]';
CREATE INDEX runs_with_rating ON runs (seq) WHERE rating IS NOT NULL;
CREATE INDEX runs_with_note ON runs (seq) WHERE note IS NOT NULL;
