/**
 * The first shape of the PostgreSQL ledger: tables, columns, ids and codes are those of the SQLite ledger after its migration 0002
 * (the reasons stand there), so that rows move from one to the other with their ciphertext. What is different, and why:
 *
 * - `chain_head` is a row of its own: all processes that append lock it first. It also gives out the ids of what is only ever made
 *   under that lock (dossiers, exchanges, quarantine, names), so ids are dense and no sequence has to be asked.
 *   `requires`: the oldest migration that a program must know to write beside the newest one.
 * - Attempts are recorded without that lock; their ids come from a sequence.
 * - `counters` has a row for each `slot`, one per process and line, so that processes never wait for one another; a sum is what counts.
 *   Slot '' holds what was folded from processes that are gone.
 * - `instances`: the processes, by the database's clock.
 * - Texts that are looked up compare as bytes: the same on every server, whatever its locale.
 */
export const sql = `
CREATE TABLE meta (key text COLLATE "C" PRIMARY KEY, value text NOT NULL);

CREATE TABLE keys (id text COLLATE "C" PRIMARY KEY, check_value bytea NOT NULL, first_used_at bigint NOT NULL);

CREATE TABLE chain_head (
  one int PRIMARY KEY CHECK (one = 1),
  seq bigint NOT NULL,
  hash text NOT NULL,
  mac text NOT NULL,
  next_dossier bigint NOT NULL,
  next_exchange bigint NOT NULL,
  next_quarantine bigint NOT NULL,
  requires int NOT NULL
);

CREATE TABLE upstreams (no int PRIMARY KEY CHECK (no BETWEEN 1 AND 1023), name text COLLATE "C" NOT NULL UNIQUE);

CREATE TABLE operations (
  no int PRIMARY KEY,
  upstream_no int NOT NULL,
  name text COLLATE "C" NOT NULL,
  UNIQUE (upstream_no, name)
);

CREATE TABLE counters (key text COLLATE "C" NOT NULL, slot text COLLATE "C" NOT NULL, n bigint NOT NULL, PRIMARY KEY (slot, key));

CREATE TABLE cursors (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);

CREATE TABLE dossiers (
  id bigint PRIMARY KEY,
  code text COLLATE "C" NOT NULL UNIQUE,
  status text NOT NULL,
  sub_status text,
  procedure_code text NOT NULL,
  sector_code text NOT NULL,
  agency_code text NOT NULL,
  channel text NOT NULL,
  submitted_at bigint,
  accepted_at bigint,
  due_at bigint,
  resolved_at bigint,
  returned_at bigint,
  version int NOT NULL,
  updated_at bigint NOT NULL,
  last_seq bigint NOT NULL,
  source_updated_at bigint
);

CREATE TABLE events (
  seq bigint PRIMARY KEY,
  dossier_id bigint NOT NULL,
  fingerprint bytea NOT NULL,
  kind text NOT NULL,
  source_system text NOT NULL,
  source_id text NOT NULL,
  recorded_at bigint NOT NULL,
  source_updated_at bigint,
  via text NOT NULL,
  actor text,
  stale int NOT NULL,
  exchanges int NOT NULL,
  hash bytea NOT NULL,
  warnings bytea,
  body bytea NOT NULL,
  body_hash bytea
);
-- Ciphertext does not compress: trying would only cost time.
ALTER TABLE events ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX events_of_dossier ON events (dossier_id, fingerprint);

CREATE TABLE idempotency (key bytea PRIMARY KEY, event_seq bigint NOT NULL);

CREATE TABLE terms (
  bucket int NOT NULL,
  hash bytea NOT NULL,
  dossier_id bigint NOT NULL,
  PRIMARY KEY (bucket, hash, dossier_id)
);

CREATE TABLE exchanges (
  id bigint PRIMARY KEY,
  lane_id bigint NOT NULL,
  operation_no int NOT NULL,
  item_key text COLLATE "C" NOT NULL,
  event_seq bigint NOT NULL,
  state int NOT NULL,
  created_at bigint NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  lost_replies int NOT NULL DEFAULT 0,
  place bigint,
  begun_at bigint,
  settled_at bigint,
  next_at bigint,
  code text,
  doubt int,
  replay bigint
);
CREATE UNIQUE INDEX exchanges_once ON exchanges (lane_id, operation_no, item_key);
CREATE INDEX exchanges_open ON exchanges (lane_id) WHERE state < 5;
CREATE INDEX exchanges_by_state ON exchanges (state, id);
CREATE INDEX exchanges_doubted ON exchanges (doubt) WHERE doubt IS NOT NULL;
CREATE INDEX exchanges_of_replay ON exchanges (replay, state) WHERE replay IS NOT NULL;
CREATE INDEX exchanges_failed ON exchanges (lane_id) WHERE state IN (3, 4);
CREATE INDEX exchanges_given_up ON exchanges (lane_id) WHERE state = 8;

CREATE SEQUENCE attempt_ids;
CREATE TABLE attempts (
  id bigint PRIMARY KEY,
  lane_id bigint NOT NULL,
  operation text NOT NULL,
  kind text NOT NULL,
  exchange_ids text NOT NULL,
  started_at bigint NOT NULL,
  ended_at bigint NOT NULL,
  outcome text NOT NULL,
  code text,
  http_status int,
  evidence bytea,
  mapping text
);
CREATE INDEX attempts_of_lane ON attempts (lane_id);

-- state: 0 idle, 1 ready, 2 leased, 3 blocked, 4 held. woken: something arrived during the lease. owner: an instance.
CREATE TABLE lanes (
  id bigint PRIMARY KEY,
  upstream_no int NOT NULL,
  state int NOT NULL,
  ready_at bigint,
  woken int NOT NULL DEFAULT 0,
  lease bigint NOT NULL DEFAULT 0,
  lease_until bigint,
  lease_ms bigint,
  owner text COLLATE "C",
  remote text NOT NULL DEFAULT '{}',
  due_at bigint,
  hold_id bigint
);
CREATE INDEX lanes_ready ON lanes (upstream_no, ready_at, id) WHERE state = 1;
CREATE INDEX lanes_urgent ON lanes (upstream_no, due_at, ready_at) WHERE state = 1 AND due_at IS NOT NULL;
CREATE INDEX lanes_leased ON lanes (upstream_no, lease_until) WHERE state = 2;
CREATE INDEX lanes_held ON lanes (hold_id, id) WHERE state = 4;
CREATE INDEX lanes_blocked ON lanes (id) WHERE state = 3;

CREATE TABLE quarantine (id bigint PRIMARY KEY, at bigint NOT NULL, via text NOT NULL, content bytea NOT NULL);

CREATE TABLE holds (
  id bigint PRIMARY KEY,
  scope text NOT NULL,
  key text COLLATE "C" NOT NULL,
  upstream text COLLATE "C",
  author text NOT NULL,
  reason bytea NOT NULL,
  ends_at bigint,
  created_at bigint NOT NULL
);

CREATE TABLE cells (name text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value bytea NOT NULL);

CREATE TABLE checkpoints (seq bigint PRIMARY KEY, hash bytea NOT NULL, at bigint NOT NULL, seal bytea NOT NULL);

-- Times in ms by the database's clock.
CREATE TABLE instances (
  id text COLLATE "C" PRIMARY KEY,
  host text NOT NULL,
  pid int NOT NULL,
  roles text[] NOT NULL,
  version text NOT NULL,
  started_at bigint NOT NULL,
  beat_at bigint NOT NULL,
  clock_skew_ms bigint NOT NULL DEFAULT 0
);

-- One row: who runs the schedules, and until when unless the lease is renewed.
CREATE TABLE leader (one int PRIMARY KEY CHECK (one = 1), instance text COLLATE "C" NOT NULL, until bigint NOT NULL);
INSERT INTO leader VALUES (1, '', 0);
`;
