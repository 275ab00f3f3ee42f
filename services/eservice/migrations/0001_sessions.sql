-- migrate:up
-- The browser's cookie is known by its hash only; tokens are sealed.
CREATE TABLE session (
  id_hash bytea PRIMARY KEY,
  sealed_tokens bytea NOT NULL,
  person_id text NOT NULL,
  provider_session text,
  csrf text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  access_ends_at timestamptz NOT NULL
);
CREATE INDEX session_provider ON session (provider_session);

-- A login under way: from leaving for the identity provider to coming back.
CREATE TABLE login (
  id_hash bytea PRIMARY KEY,
  sealed bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);

-- What was typed when the session had ended, until it is typed on.
CREATE TABLE draft (
  id_hash bytea PRIMARY KEY,
  sealed bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);

-- migrate:down
DROP TABLE draft;
DROP TABLE login;
DROP TABLE session;
