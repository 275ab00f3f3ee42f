-- migrate:up
-- Of a personal identity number only a keyed fingerprint, to find somebody by, and the number itself sealed.
ALTER TABLE person
  ALTER COLUMN user_name DROP NOT NULL,
  ADD COLUMN national_id_index bytea UNIQUE,
  ADD COLUMN national_id_sealed bytea,
  ADD COLUMN phone text,
  ADD COLUMN locked_at timestamptz,
  ADD COLUMN lock_reason text,
  ADD COLUMN names_checked_at timestamptz NOT NULL DEFAULT now();

-- An account at Keycloak, by the id that Keycloak gave it. A person may have several: by password, by e-legitimation.
CREATE TABLE account (
  account_id text PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  linked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX account_person ON account (person_id);

-- A projection of registry.events: what an invitation and a letter say of the organizer.
CREATE TABLE organizer (
  organization_number text PRIMARY KEY,
  version integer NOT NULL,
  display_name text NOT NULL,
  address jsonb
);

CREATE TABLE invitation (
  invitation_id uuid PRIMARY KEY,
  organization_number text NOT NULL,
  role text NOT NULL,
  email text NOT NULL,
  national_id_index bytea,
  token_hash bytea NOT NULL UNIQUE,
  version integer NOT NULL,
  state text NOT NULL DEFAULT 'open',
  times_sent integer NOT NULL DEFAULT 1,
  invited_by uuid,
  made_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  accepted_by uuid REFERENCES person
);
CREATE UNIQUE INDEX invitation_once ON invitation (organization_number, lower(email)) WHERE state = 'open';
CREATE INDEX invitation_due ON invitation (expires_at) WHERE state = 'open';

-- The code is checked by its hash. Sealed it is kept only while the letter may be printed.
CREATE TABLE letter (
  letter_id uuid PRIMARY KEY,
  organization_number text NOT NULL,
  requested_by text NOT NULL,
  request_reference text NOT NULL,
  requested_on date NOT NULL,
  address text[] NOT NULL,
  national_id_index bytea,
  code_hash bytea NOT NULL,
  sealed_code bytea,
  printable_until timestamptz NOT NULL,
  version integer NOT NULL,
  state text NOT NULL DEFAULT 'open',
  wrong_tries integer NOT NULL DEFAULT 0,
  issued_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  accepted_by uuid REFERENCES person
);
CREATE UNIQUE INDEX letter_once ON letter (organization_number) WHERE state = 'open';

-- Wrong codes, by the account that tried: forgotten after a day.
CREATE TABLE wrong_code (
  account_id text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX wrong_code_account ON wrong_code (account_id, at);

CREATE TABLE credential (
  credential_id uuid PRIMARY KEY,
  organization_number text NOT NULL,
  label text NOT NULL,
  client_id text NOT NULL UNIQUE,
  version integer NOT NULL,
  issued_by uuid REFERENCES person,
  issued_at timestamptz NOT NULL DEFAULT now(),
  rotated_at timestamptz,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX credential_organizer ON credential (organization_number);

CREATE TABLE review (
  review_id uuid PRIMARY KEY,
  organization_number text NOT NULL,
  confirmed_by uuid NOT NULL REFERENCES person,
  confirmed_at timestamptz NOT NULL DEFAULT now(),
  users jsonb NOT NULL
);
CREATE INDEX review_organizer ON review (organization_number, confirmed_at DESC);
CREATE TABLE review_prompt (
  organization_number text NOT NULL,
  due_on date NOT NULL,
  prompted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_number, due_on)
);

CREATE TABLE email_change (
  change_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  email text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  made_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX email_change_person ON email_change (person_id);

-- Collected from Keycloak's events; who signed in is a person or, by its credential, a program.
CREATE TABLE sign_in (
  event_id text PRIMARY KEY,
  person_id uuid REFERENCES person,
  credential_id uuid REFERENCES credential,
  at timestamptz NOT NULL,
  succeeded boolean NOT NULL,
  method text NOT NULL,
  ip_address text NOT NULL,
  application text NOT NULL
);
CREATE INDEX sign_in_person ON sign_in (person_id, at DESC);
CREATE INDEX sign_in_credential ON sign_in (credential_id, at DESC);
CREATE INDEX sign_in_at ON sign_in (at);

-- What is done may concern an organizer, a letter or a credential rather than a person.
ALTER TABLE audit
  ALTER COLUMN person_id DROP NOT NULL,
  ADD COLUMN organization_number text;
CREATE INDEX audit_person ON audit (person_id, at DESC);
CREATE INDEX audit_actor ON audit (actor, at DESC);

ALTER TABLE provisioning
  ALTER COLUMN person_id DROP NOT NULL,
  ADD COLUMN credential_id uuid REFERENCES credential,
  ADD COLUMN sealed_secret bytea;

-- migrate:down
DELETE FROM provisioning WHERE person_id IS NULL;
ALTER TABLE provisioning
  DROP COLUMN sealed_secret,
  DROP COLUMN credential_id,
  ALTER COLUMN person_id SET NOT NULL;
DROP INDEX audit_actor;
DROP INDEX audit_person;
ALTER TABLE audit DROP COLUMN organization_number;
DROP TABLE sign_in;
DROP TABLE email_change;
DROP TABLE review_prompt;
DROP TABLE review;
DROP TABLE credential;
DROP TABLE wrong_code;
DROP TABLE letter;
DROP TABLE invitation;
DROP TABLE organizer;
DROP TABLE account;
ALTER TABLE person
  DROP COLUMN names_checked_at,
  DROP COLUMN lock_reason,
  DROP COLUMN locked_at,
  DROP COLUMN phone,
  DROP COLUMN national_id_sealed,
  DROP COLUMN national_id_index;
