/**
 * The first shape of the SQLite ledger. Written for the hot path: an append touches few b-trees, and those mostly at their
 * right edge.
 *
 * - Ids grow by one, so rows of new dossiers land together. `lane_id = dossier_id * 1024 + upstream_no` saves an index.
 * - States are small integers in the order of `codes.ts`: everything below 5 is not settled well and sits in `exchanges_open`.
 * - Bodies are kept once, in `events`; a dossier points at its last event.
 * - Search terms are hashes, that is random: `bucket` (4096 dossiers each) keeps the insertions of an import inside few pages
 *   instead of all over the table; a search probes each bucket.
 * - No foreign keys are declared: every row is written by the code beside it in one transaction, and their checks would cost
 *   a third of the append.
 */
export const sql = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE keys (id TEXT PRIMARY KEY, check_value BLOB NOT NULL, first_used_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE upstreams (no INTEGER PRIMARY KEY CHECK (no BETWEEN 1 AND 1023), name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE operations (
  no INTEGER PRIMARY KEY,
  upstream_no INTEGER NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (upstream_no, name)
) STRICT;

CREATE TABLE counters (key TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE dossiers (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  sub_status TEXT,
  procedure_code TEXT NOT NULL,
  sector_code TEXT NOT NULL,
  agency_code TEXT NOT NULL,
  channel TEXT NOT NULL,
  submitted_at INTEGER,
  accepted_at INTEGER,
  due_at INTEGER,
  resolved_at INTEGER,
  returned_at INTEGER,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  source_updated_at INTEGER
) STRICT;

-- Small columns first: what lists and chains need is then in the page even when the body overflows.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  dossier_id INTEGER NOT NULL,
  fingerprint BLOB NOT NULL,
  kind TEXT NOT NULL,
  source_system TEXT NOT NULL,
  source_id TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  source_updated_at INTEGER,
  via TEXT NOT NULL,
  actor TEXT,
  stale INTEGER NOT NULL,
  exchanges INTEGER NOT NULL,
  hash BLOB NOT NULL,
  warnings BLOB,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX events_of_dossier ON events (dossier_id, fingerprint);

CREATE TABLE idempotency (key BLOB PRIMARY KEY, event_seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE terms (
  bucket INTEGER NOT NULL,
  hash BLOB NOT NULL,
  dossier_id INTEGER NOT NULL,
  PRIMARY KEY (bucket, hash, dossier_id)
) STRICT, WITHOUT ROWID;

-- place: the turn inside the lane. A snapshot takes the turn of the oldest one that it replaces.
CREATE TABLE exchanges (
  id INTEGER PRIMARY KEY,
  lane_id INTEGER NOT NULL,
  operation_no INTEGER NOT NULL,
  item_key TEXT NOT NULL,
  event_seq INTEGER NOT NULL,
  state INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  lost_replies INTEGER NOT NULL DEFAULT 0,
  place INTEGER,
  begun_at INTEGER,
  settled_at INTEGER,
  next_at INTEGER,
  code TEXT,
  doubt INTEGER
) STRICT;
CREATE UNIQUE INDEX exchanges_once ON exchanges (lane_id, operation_no, item_key);
CREATE INDEX exchanges_open ON exchanges (lane_id) WHERE state < 5;
CREATE INDEX exchanges_by_state ON exchanges (state);
CREATE INDEX exchanges_doubted ON exchanges (doubt) WHERE doubt IS NOT NULL;

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  lane_id INTEGER NOT NULL,
  operation TEXT NOT NULL,
  kind TEXT NOT NULL,
  exchange_ids TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT,
  http_status INTEGER,
  evidence BLOB
) STRICT;
CREATE INDEX attempts_of_lane ON attempts (lane_id);

-- state: 0 idle, 1 ready, 2 leased, 3 blocked. woken: something arrived during the lease.
CREATE TABLE lanes (
  id INTEGER PRIMARY KEY,
  upstream_no INTEGER NOT NULL,
  state INTEGER NOT NULL,
  ready_at INTEGER,
  woken INTEGER NOT NULL DEFAULT 0,
  lease INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER,
  lease_ms INTEGER,
  owner TEXT,
  remote TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX lanes_ready ON lanes (upstream_no, ready_at) WHERE state = 1;
CREATE INDEX lanes_leased ON lanes (lease_until) WHERE state = 2;

CREATE TABLE quarantine (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, via TEXT NOT NULL, content BLOB NOT NULL) STRICT;
`;
