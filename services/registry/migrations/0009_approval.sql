-- migrate:up
-- The yearly approval of an organizer: one row a school year (`school_year` is the year in which it begins), a version
-- for each time that somebody approved something. `covered` and `missing`: how it stood then.
CREATE TABLE approval (
  organizer text NOT NULL REFERENCES organizer,
  school_year integer NOT NULL,
  aggregate text NOT NULL GENERATED ALWAYS AS ('approval/' || organizer || '/' || school_year::text) STORED,
  version integer NOT NULL,
  covered integer NOT NULL,
  missing integer NOT NULL,
  PRIMARY KEY (organizer, school_year)
);

-- What is approved, as it stood: the newest approval of each thing in each school year, by whom and for
-- whom. A unit that changes organizer can be approved by both, one after the other.
CREATE TABLE approval_item (
  aggregate text NOT NULL,
  school_year integer NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  organizer text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  register_day date NOT NULL,
  actor text NOT NULL,
  actor_role text NOT NULL,
  PRIMARY KEY (aggregate, school_year, organizer),
  FOREIGN KEY (organizer, school_year) REFERENCES approval
);
CREATE INDEX approval_item_organizer ON approval_item (organizer, school_year);

-- Each prompt and reminder that went out, so that none goes twice whatever the settings become.
CREATE TABLE approval_call (
  school_year integer NOT NULL,
  day date NOT NULL,
  step text NOT NULL,
  due date NOT NULL,
  organizers integer NOT NULL,
  PRIMARY KEY (school_year, day)
);

-- migrate:down
DROP TABLE approval_call;
DROP TABLE approval_item;
DROP TABLE approval;
