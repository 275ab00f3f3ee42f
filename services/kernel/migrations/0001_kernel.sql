-- migrate:up
-- Rows are never changed: what is unsent stands in a table of its own, where a mark is a delete that touches no index.
CREATE TABLE outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL,
  topic text NOT NULL,
  partition smallint NOT NULL,
  key text NOT NULL,
  headers text NOT NULL,
  body bytea NOT NULL,
  epoch text,
  written_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_epoch ON outbox (epoch, partition) WHERE epoch IS NOT NULL;

CREATE TABLE outbox_unsent (
  position bigint PRIMARY KEY
) WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

-- Epochs whose events have been counted; rows of others are kept, however old.
CREATE TABLE outbox_closed_epoch (
  epoch text PRIMARY KEY
);

-- Never swept: when a group's offsets are lost it hears everything again, and must know what it has done.
CREATE TABLE inbox (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  PRIMARY KEY (consumer, event_id)
);

-- status and body are empty only inside the transaction that does the work.
CREATE TABLE idempotency (
  subject text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  status smallint,
  body bytea,
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subject, key)
);
CREATE INDEX idempotency_age ON idempotency (made_at);

-- migrate:down
DROP TABLE idempotency;
DROP TABLE inbox;
DROP TABLE outbox_closed_epoch;
DROP TABLE outbox_unsent;
DROP TABLE outbox;
