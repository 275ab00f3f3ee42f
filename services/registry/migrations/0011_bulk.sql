-- migrate:up
-- A file with many units of one organizer on its way: its rows wait to be checked, then to be applied all at once.
CREATE TABLE bulk_upload (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  organizer text NOT NULL REFERENCES organizer,
  state text NOT NULL
    CHECK (state IN ('checking', 'checked', 'refused', 'applying', 'applied', 'outdated', 'lapsed')),
  file_name text NOT NULL,
  total integer NOT NULL,
  uploaded_at timestamptz NOT NULL DEFAULT now(),
  register_day date NOT NULL,
  changed integer NOT NULL DEFAULT 0,
  wrong integer NOT NULL DEFAULT 0,
  applied_by text,
  applied_role text
);
CREATE INDEX bulk_upload_open ON bulk_upload (uploaded_at) WHERE state IN ('checking', 'applying');
CREATE INDEX bulk_upload_kept ON bulk_upload (uploaded_at) WHERE state IN ('checked', 'refused', 'outdated');

-- `cells`: what the file says, and `found`: what that changes or what is wrong with it. Both sealed: a file may have
-- head teachers' identity numbers. The rows are gone as soon as they are applied, and else after some hours.
CREATE TABLE bulk_row (
  upload_id uuid NOT NULL REFERENCES bulk_upload,
  place integer NOT NULL,
  code text NOT NULL,
  cells bytea NOT NULL,
  found bytea,
  outcome text CHECK (outcome IN ('same', 'changed', 'wrong', 'outdated')),
  PRIMARY KEY (upload_id, place)
);

-- migrate:down
DROP TABLE bulk_row;
DROP TABLE bulk_upload;
