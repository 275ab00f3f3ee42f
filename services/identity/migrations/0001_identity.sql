-- migrate:up
CREATE TABLE person (
  person_id uuid PRIMARY KEY,
  user_name text NOT NULL UNIQUE,
  version integer NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  protected boolean NOT NULL,
  register_administration boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE membership (
  membership_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  organization_number text NOT NULL,
  role text NOT NULL,
  version integer NOT NULL,
  granted_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);
CREATE UNIQUE INDEX membership_once ON membership (person_id, organization_number) WHERE ended_at IS NULL;
CREATE INDEX membership_organizer ON membership (organization_number) WHERE ended_at IS NULL;

CREATE TABLE terms_acceptance (
  person_id uuid NOT NULL REFERENCES person,
  terms_version integer NOT NULL,
  accepted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (person_id, terms_version)
);

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  person_id uuid NOT NULL,
  details jsonb NOT NULL
);
CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is only added to';
END $$;
CREATE TRIGGER audit_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to();

-- What Keycloak is still to be told: written with the change, carried out after it, again and again until it is done.
CREATE TABLE provisioning (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  task text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  done_at timestamptz
);
CREATE INDEX provisioning_due ON provisioning (due_at, id) WHERE done_at IS NULL;

-- migrate:down
DROP TABLE provisioning;
DROP TABLE audit;
DROP FUNCTION audit_is_only_added_to();
DROP TABLE terms_acceptance;
DROP TABLE membership;
DROP TABLE person;
