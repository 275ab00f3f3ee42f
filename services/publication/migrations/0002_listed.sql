-- migrate:up
-- What lists are asked for, one row a version (domain/listing.py). A version holds from `valid_from` until the next
-- one's, in views from `public_from` until the next one's: so any view can be asked about any day.
CREATE TABLE listed (
  kind text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  public_from date NOT NULL,
  public_to date,
  organizer text NOT NULL,
  name text COLLATE "C" NOT NULL,
  facets text[] NOT NULL,
  name_words tsvector NOT NULL,
  words tsvector NOT NULL,
  place point,
  PRIMARY KEY (kind, id, version)
);
CREATE INDEX listed_name ON listed (kind, name, id);
CREATE INDEX listed_changed ON listed (kind, valid_from, id);
CREATE INDEX listed_public ON listed (kind, public_from, id);
CREATE INDEX listed_organizer ON listed (kind, organizer);
CREATE INDEX listed_facets ON listed USING gin (facets);
CREATE INDEX listed_name_words ON listed USING gin (name_words);
CREATE INDEX listed_words ON listed USING gin (words);
CREATE INDEX listed_place ON listed USING gist (place);

-- Every word that was ever told of: what a mistyped one is compared with.
CREATE TABLE word (word text COLLATE "C" PRIMARY KEY);

-- Which units came of which, by a reorganisation that took effect.
CREATE TABLE relation (
  source text NOT NULL,
  result text NOT NULL,
  reorganisation text NOT NULL,
  day date NOT NULL,
  PRIMARY KEY (source, result, reorganisation)
);
CREATE INDEX relation_result ON relation (result);

-- migrate:down
DROP TABLE relation;
DROP TABLE word;
DROP TABLE listed;
