-- migrate:up
CREATE TABLE history (
  kind text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL,
  register_day date NOT NULL,
  public_from date NOT NULL,
  partition smallint NOT NULL,
  organizer text NOT NULL,
  body jsonb NOT NULL,
  PRIMARY KEY (kind, id, version)
);
CREATE INDEX history_view ON history (public_from, partition);
CREATE INDEX history_organizer ON history (organizer, id) WHERE kind = 'unit';

CREATE TABLE marker (
  public_from date NOT NULL,
  partition smallint NOT NULL,
  partitions smallint NOT NULL,
  events integer NOT NULL,
  extract_date text NOT NULL,
  PRIMARY KEY (public_from, partition)
);

-- migrate:down
DROP TABLE marker;
DROP TABLE history;
