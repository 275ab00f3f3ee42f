-- migrate:up
-- Other activities of an organizer (övriga verksamheter). An activity that has ended stays.
CREATE TABLE other_activity (
  activity_id uuid PRIMARY KEY,
  aggregate text GENERATED ALWAYS AS ('activity/' || activity_id) STORED,
  version integer NOT NULL,
  organizer text NOT NULL REFERENCES organizer,
  status text NOT NULL,
  start_date date NOT NULL,
  end_date date,
  body jsonb NOT NULL,
  created date NOT NULL,
  modified date NOT NULL,
  CHECK (end_date IS NULL OR end_date >= start_date)
);
CREATE INDEX other_activity_organizer ON other_activity (organizer);
CREATE INDEX other_activity_due ON other_activity (status, start_date, end_date) WHERE status <> 'UPPHORT';

-- migrate:down
DROP TABLE other_activity;
