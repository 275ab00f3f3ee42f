-- migrate:up
ALTER TABLE person ADD COLUMN protected boolean NOT NULL DEFAULT false;
ALTER TABLE person ADD COLUMN locked boolean NOT NULL DEFAULT false;
UPDATE person SET protected = name IS NULL;
CREATE INDEX membership_person ON membership (person_id) WHERE NOT ended;

CREATE TABLE invitation (
  invitation_id uuid PRIMARY KEY,
  version integer NOT NULL,
  is_open boolean NOT NULL
);

-- The newest change that each person asked for; an older one's link is worth nothing.
CREATE TABLE email_change (
  person_id uuid PRIMARY KEY,
  change_id uuid NOT NULL
);

-- A revoked one stays: what it did is told with its label.
CREATE TABLE credential (
  credential_id uuid PRIMARY KEY,
  version integer NOT NULL,
  organizer text NOT NULL,
  label text NOT NULL,
  set_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked boolean NOT NULL,
  reminded_of timestamptz
);
CREATE INDEX credential_end ON credential (expires_at) WHERE NOT revoked;

CREATE TABLE preference (
  person_id uuid PRIMARY KEY,
  version integer NOT NULL,
  delivery text NOT NULL,
  digested_at timestamptz
);

-- address: of a mail that goes elsewhere than to the recipient's own; readable_by: who may get it when it is about to
-- go; sealed_token: what the body's placeholder stands for. Address and token are forgotten when the mail has ended.
ALTER TABLE mail ALTER COLUMN organizer DROP NOT NULL;
ALTER TABLE mail ADD COLUMN address text;
ALTER TABLE mail ADD COLUMN readable_by text NOT NULL DEFAULT 'member';
ALTER TABLE mail ADD COLUMN link_id uuid;
ALTER TABLE mail ADD COLUMN link_version integer;
ALTER TABLE mail ADD COLUMN sealed_token bytea;
ALTER TABLE mail ADD COLUMN holds_until timestamptz;
ALTER TABLE mail DROP CONSTRAINT mail_event_id_recipient_template_key;

-- What waits for a person's daily mail. body is empty once it was told (or may not be told); the row stays, so that an
-- event that comes again is known.
CREATE TABLE collected (
  event_id uuid NOT NULL,
  person_id uuid NOT NULL,
  organizer text NOT NULL,
  body jsonb,
  collected_at timestamptz NOT NULL DEFAULT now(),
  mail_id uuid,
  PRIMARY KEY (event_id, person_id)
);
CREATE INDEX collected_waiting ON collected (person_id) WHERE mail_id IS NULL AND body IS NOT NULL;
CREATE INDEX collected_mail ON collected (mail_id) WHERE body IS NOT NULL;

-- migrate:down
DROP TABLE collected;
DELETE FROM mail WHERE organizer IS NULL OR link_id IS NOT NULL OR readable_by <> 'member';
ALTER TABLE mail ADD CONSTRAINT mail_event_id_recipient_template_key UNIQUE (event_id, recipient, template);
ALTER TABLE mail DROP COLUMN holds_until;
ALTER TABLE mail DROP COLUMN sealed_token;
ALTER TABLE mail DROP COLUMN link_version;
ALTER TABLE mail DROP COLUMN link_id;
ALTER TABLE mail DROP COLUMN readable_by;
ALTER TABLE mail DROP COLUMN address;
ALTER TABLE mail ALTER COLUMN organizer SET NOT NULL;
DROP TABLE preference;
DROP TABLE credential;
DROP TABLE email_change;
DROP TABLE invitation;
DROP INDEX membership_person;
ALTER TABLE person DROP COLUMN locked;
ALTER TABLE person DROP COLUMN protected;
