-- migrate:up
CREATE TABLE county (
  code text PRIMARY KEY,
  name text NOT NULL
);

CREATE TABLE municipality (
  code text PRIMARY KEY,
  name text NOT NULL,
  county_code text NOT NULL REFERENCES county
);

-- One row: the open register day, and how far the clock is moved on for demos and tests.
CREATE TABLE register_day (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  day date NOT NULL,
  clock_offset interval NOT NULL DEFAULT '0'
);

CREATE TABLE organizer (
  number text PRIMARY KEY,
  version integer NOT NULL,
  organizer_type text NOT NULL,
  display_name text NOT NULL,
  body jsonb NOT NULL,
  created date NOT NULL,
  modified date NOT NULL
);

-- A code stays for ever, also of a closed unit: no row is ever deleted.
CREATE TABLE school_unit (
  code text PRIMARY KEY,
  version integer NOT NULL,
  organizer text NOT NULL REFERENCES organizer,
  status text NOT NULL,
  display_name text NOT NULL,
  municipality_code text REFERENCES municipality,
  school_types text[] NOT NULL,
  start_date date,
  body jsonb NOT NULL,
  head_teacher_number bytea,
  head_teacher_work_email bytea,
  created date NOT NULL,
  modified date NOT NULL,
  public_from date NOT NULL
);
CREATE INDEX school_unit_organizer ON school_unit (organizer, display_name);
CREATE INDEX school_unit_planned ON school_unit (start_date, code) WHERE status = 'PLANERAD';

-- Who changed what: only ever added to, each row chained to the one before it of the same aggregate.
CREATE TABLE audit (
  aggregate text NOT NULL,
  version integer NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  register_day date NOT NULL,
  public_from date NOT NULL,
  actor text NOT NULL,
  actor_role text NOT NULL,
  cause text NOT NULL,
  changed jsonb NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (aggregate, version)
);

CREATE FUNCTION audit_hash(
  previous bytea, aggregate text, version integer, at timestamptz, register_day date, public_from date,
  actor text, actor_role text, cause text, changed jsonb
) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(coalesce(previous, ''::bytea) || convert_to(jsonb_build_array(
    aggregate, version, extract(epoch FROM at), register_day - date '2000-01-01', public_from - date '2000-01-01',
    actor, actor_role, cause, changed)::text, 'UTF8'))
$$;

CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is only added to';
END $$;
CREATE TRIGGER audit_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to();

-- What identity says of who may act for whom (a projection).
CREATE TABLE membership (
  membership_id uuid PRIMARY KEY,
  person_id text NOT NULL,
  organizer text NOT NULL,
  role text NOT NULL,
  version integer NOT NULL,
  ended boolean NOT NULL
);
CREATE INDEX membership_person ON membership (person_id, organizer) WHERE NOT ended;

CREATE TABLE administrator (
  person_id text PRIMARY KEY,
  version integer NOT NULL,
  active boolean NOT NULL
);

-- migrate:down
DROP TABLE administrator;
DROP TABLE membership;
DROP TABLE audit;
DROP FUNCTION audit_is_only_added_to();
DROP FUNCTION audit_hash(bytea, text, integer, timestamptz, date, date, text, text, text, jsonb);
DROP TABLE school_unit;
DROP TABLE organizer;
DROP TABLE register_day;
DROP TABLE municipality;
DROP TABLE county;
