/**
 * What a person may order, what processes share, and what lets a ledger grow old. Additive: a ledger of 0001 opens and goes on.
 *
 * - `lanes.due_at`: the dossier's due date while it presses, for claims by urgency. Only lanes with such a date enter
 *   `lanes_urgent`; `ready_at` stands in it so that lanes in a pause are passed over without reading their rows.
 * - `lanes.hold_id`: the hold that keeps a lane of state 4 (held) back. Holds are few and kept in memory; a lane learns of one
 *   when it would be claimed, so that ordering a hold over a million lanes costs one row.
 * - Id of a hold: the sequence number of the event that ordered it first, so that no number is ever used twice.
 * - `events.body_hash`: set when a body has expired and is an empty blob; the chain is then checked with it.
 * - Sealed: `holds.reason` for the place `holds:<id>`, `cells.value` for `cells:<name>`.
 * - No index for attempts by their end: retention walks them by id, which grows with time.
 */
export const sql = `
ALTER TABLE lanes ADD COLUMN due_at INTEGER;
ALTER TABLE lanes ADD COLUMN hold_id INTEGER;
-- What waits now gets its date as an append would have given it: a dossier that was finished too late presses no more.
UPDATE lanes SET due_at = (
    SELECT CASE WHEN (d.resolved_at IS NULL AND d.returned_at IS NULL) OR d.due_at > d.updated_at THEN d.due_at END
    FROM dossiers d WHERE d.id = lanes.id / 1024)
  WHERE state <> 0;
CREATE INDEX lanes_urgent ON lanes (upstream_no, due_at, ready_at) WHERE state = 1 AND due_at IS NOT NULL;
CREATE INDEX lanes_held ON lanes (hold_id) WHERE state = 4;
CREATE INDEX lanes_blocked ON lanes (id) WHERE state = 3;

ALTER TABLE exchanges ADD COLUMN replay INTEGER;
CREATE INDEX exchanges_of_replay ON exchanges (replay, state) WHERE replay IS NOT NULL;
CREATE INDEX exchanges_failed ON exchanges (lane_id) WHERE state IN (3, 4);

ALTER TABLE attempts ADD COLUMN mapping TEXT;

ALTER TABLE events ADD COLUMN body_hash BLOB;

CREATE TABLE holds (
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  upstream TEXT,
  author TEXT NOT NULL,
  reason BLOB NOT NULL,
  ends_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE cells (name TEXT PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, at INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;
`;
