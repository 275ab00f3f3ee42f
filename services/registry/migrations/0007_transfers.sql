-- migrate:up
-- School units that go from one organizer to another on a day (spec/domain.md, Byte av huvudman).
CREATE TABLE transfer (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  giver text NOT NULL REFERENCES organizer,
  receiver text NOT NULL REFERENCES organizer,
  day date NOT NULL,
  ends_organizer boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'withdrawn', 'lapsed', 'effective')),
  message text,
  refusal text,
  CHECK (giver <> receiver)
);
CREATE INDEX transfer_giver ON transfer (giver);
CREATE INDEX transfer_receiver ON transfer (receiver);
CREATE INDEX transfer_open ON transfer (day) WHERE state IN ('proposed', 'accepted');

CREATE TABLE transfer_unit (
  transfer uuid NOT NULL REFERENCES transfer,
  code text NOT NULL REFERENCES school_unit,
  open boolean NOT NULL DEFAULT true,
  PRIMARY KEY (transfer, code)
);
-- A unit goes to one organizer: it is in one open transfer at most.
CREATE UNIQUE INDEX transfer_unit_once ON transfer_unit (code) WHERE open;

-- Whose a unit was before: from a day and a version, until the day and with the version that took it away.
CREATE TABLE former_organizer (
  code text NOT NULL REFERENCES school_unit,
  organizer text NOT NULL REFERENCES organizer,
  since date NOT NULL,
  until date NOT NULL,
  first_version integer NOT NULL,
  last_version integer NOT NULL,
  PRIMARY KEY (code, last_version),
  CHECK (since <= until AND first_version < last_version)
);
CREATE INDEX former_organizer_organizer ON former_organizer (organizer);

-- migrate:down
DROP TABLE former_organizer;
DROP TABLE transfer_unit;
DROP TABLE transfer;
