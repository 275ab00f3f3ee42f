-- migrate:up
-- A change of a unit for a day to come: only what shall differ. The head teacher's protected values are sealed.
CREATE TABLE planned_change (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  code text NOT NULL REFERENCES school_unit,
  day date NOT NULL,
  state text NOT NULL CHECK (state IN ('planned', 'done', 'cancelled', 'hindered')),
  changed jsonb NOT NULL,
  private bytea,
  base_version integer NOT NULL,
  planned_by text NOT NULL,
  planned_role text NOT NULL,
  planned_at timestamptz NOT NULL DEFAULT now(),
  reason text,
  hindered_by text[] NOT NULL DEFAULT '{}',
  told text[] NOT NULL DEFAULT '{}',
  ended_with integer
);
CREATE INDEX planned_change_due ON planned_change (day, code) WHERE state = 'planned';
CREATE INDEX planned_change_unit ON planned_change (code, day);

-- migrate:down
DROP TABLE planned_change;
