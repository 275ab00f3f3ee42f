-- migrate:up
-- Addresses that are told when a day becomes public. Its secret is sealed; its management token is known by hash alone.
CREATE TABLE webhook (
  webhook_id uuid PRIMARY KEY,
  url text NOT NULL,
  description text,
  state text NOT NULL,
  sealed_secret bytea NOT NULL,
  token_hash bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  failing_since timestamptz
);
CREATE INDEX webhook_url ON webhook (url);

-- about: the day, for the same day is told once; a ping's own id.
CREATE TABLE delivery (
  delivery_id uuid PRIMARY KEY,
  webhook_id uuid NOT NULL REFERENCES webhook ON DELETE CASCADE,
  type text NOT NULL,
  about text NOT NULL,
  body text NOT NULL,
  state text NOT NULL DEFAULT 'queued',
  queued_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0,
  ended_at timestamptz,
  UNIQUE (webhook_id, about)
);
CREATE INDEX delivery_due ON delivery (due_at) WHERE ended_at IS NULL;

CREATE TABLE attempt (
  delivery_id uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT now(),
  status integer,
  error text,
  milliseconds integer NOT NULL
);
CREATE INDEX attempt_delivery ON attempt (delivery_id, at);

-- migrate:down
DROP TABLE attempt;
DROP TABLE delivery;
DROP TABLE webhook;
