-- migrate:up
-- The day of the companies register's extract that an organizer's base data come from; none: from the first loading.
ALTER TABLE organizer ADD COLUMN base_data_as_of date;

-- A file of the companies register on its way: its rows wait to be compared, its differences to be applied.
CREATE TABLE companies_import (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  state text NOT NULL CHECK (state IN ('comparing', 'compared', 'applying', 'applied')),
  file_name text NOT NULL,
  as_of date NOT NULL,
  complete boolean NOT NULL,
  total integer NOT NULL,
  refused jsonb NOT NULL,
  uploaded_at timestamptz NOT NULL DEFAULT now(),
  register_day date NOT NULL,
  applied_by text
);
CREATE INDEX companies_import_open ON companies_import (uploaded_at) WHERE state IN ('comparing', 'applying');

CREATE TABLE companies_row (
  import_id uuid NOT NULL REFERENCES companies_import,
  number text NOT NULL,
  row integer NOT NULL,
  said jsonb NOT NULL,
  compared boolean NOT NULL DEFAULT false,
  PRIMARY KEY (import_id, number)
);

CREATE TABLE companies_difference (
  import_id uuid NOT NULL REFERENCES companies_import,
  number text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('new', 'changed', 'gone')),
  display_name text NOT NULL,
  said jsonb NOT NULL,
  changed jsonb NOT NULL,
  chosen boolean NOT NULL DEFAULT false,
  outcome text CHECK (outcome IN ('applied', 'outdated')),
  PRIMARY KEY (import_id, number),
  CHECK (chosen OR outcome IS NULL)
);

-- migrate:down
DROP TABLE companies_difference;
DROP TABLE companies_row;
DROP TABLE companies_import;
ALTER TABLE organizer DROP COLUMN base_data_as_of;
