-- migrate:up
-- What each view has otherwise than the one before it, numbered through all views: the same numbers in every replica, for
-- they follow from the history's order (view, kind, id) alone.
CREATE TABLE change (
  seq bigint PRIMARY KEY,
  view date NOT NULL,
  kind text NOT NULL,
  id text NOT NULL,
  what text NOT NULL,
  fields text[] NOT NULL,
  organizer text NOT NULL,
  municipality text
);
CREATE INDEX change_view_first ON change (view, seq);

-- Which views are numbered, and each one's last number: also that of a view in which nothing changed.
CREATE TABLE numbered (
  view date PRIMARY KEY,
  last_seq bigint NOT NULL
);

-- migrate:down
DROP TABLE numbered;
DROP TABLE change;
