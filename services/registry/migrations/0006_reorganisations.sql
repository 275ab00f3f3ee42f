-- migrate:up
-- Units that are split, merged or formed anew on a day. What is undone stays, so that codes and links can be told.
CREATE TABLE reorganisation (
  reorganisation_id uuid PRIMARY KEY,
  aggregate text GENERATED ALWAYS AS ('reorganisation/' || reorganisation_id) STORED,
  version integer NOT NULL,
  organizer text NOT NULL REFERENCES organizer,
  state text NOT NULL CHECK (state IN ('planned', 'undone', 'effective')),
  effective_date date NOT NULL,
  reason text NOT NULL,
  planned_on date NOT NULL
);
CREATE INDEX reorganisation_organizer ON reorganisation (organizer, effective_date);
CREATE INDEX reorganisation_due ON reorganisation (effective_date) WHERE state = 'planned';

-- A source closes, a result is new. `carried_from`: the source whose head teacher's protected data a result took over.
CREATE TABLE reorganisation_unit (
  reorganisation_id uuid NOT NULL REFERENCES reorganisation,
  code text NOT NULL REFERENCES school_unit,
  part text NOT NULL CHECK (part IN ('source', 'result')),
  position integer NOT NULL,
  carried_from text REFERENCES school_unit,
  PRIMARY KEY (reorganisation_id, code),
  CHECK (part = 'result' OR carried_from IS NULL)
);
CREATE INDEX reorganisation_unit_code ON reorganisation_unit (code);

-- migrate:down
DROP TABLE reorganisation_unit;
DROP TABLE reorganisation;
