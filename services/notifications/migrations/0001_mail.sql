-- migrate:up
CREATE TABLE person (
  person_id uuid PRIMARY KEY,
  version integer NOT NULL,
  name text,
  email text NOT NULL,
  register_administration boolean NOT NULL
);

CREATE TABLE membership (
  membership_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  organizer text NOT NULL,
  role text NOT NULL,
  version integer NOT NULL,
  ended boolean NOT NULL
);
CREATE INDEX membership_organizer ON membership (organizer) WHERE NOT ended;

CREATE TABLE organizer (
  number text PRIMARY KEY,
  version integer NOT NULL,
  display_name text NOT NULL
);

CREATE TABLE mail (
  mail_id uuid PRIMARY KEY,
  event_id uuid NOT NULL,
  template text NOT NULL,
  recipient uuid NOT NULL,
  organizer text NOT NULL,
  about text NOT NULL,
  subject text NOT NULL,
  text_body text NOT NULL,
  html_body text NOT NULL,
  traceparent text,
  state text NOT NULL DEFAULT 'queued',
  queued_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  ended_at timestamptz,
  UNIQUE (event_id, recipient, template)
);
CREATE INDEX mail_due ON mail (due_at) WHERE ended_at IS NULL;
CREATE INDEX mail_recipient ON mail (recipient, queued_at DESC);
CREATE INDEX mail_organizer ON mail (organizer, queued_at DESC);

-- migrate:down
DROP TABLE mail;
DROP TABLE organizer;
DROP TABLE membership;
DROP TABLE person;
