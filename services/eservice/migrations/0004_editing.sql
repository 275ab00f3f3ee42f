-- migrate:up
-- Who has a unit's form open, so that others who open it are told. Minutes old at most: then nobody is there.
CREATE TABLE editing (
  session_hash bytea NOT NULL,
  code text NOT NULL,
  person_id text NOT NULL,
  sealed_name bytea NOT NULL,
  began_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (session_hash, code)
);
CREATE INDEX editing_code ON editing (code, seen_at);

-- migrate:down
DROP TABLE editing;
