-- migrate:up
-- Words are read of what a view has listed: here stood also those that were not public yet.
DROP TABLE word;

-- migrate:down
CREATE TABLE word (word text COLLATE "C" PRIMARY KEY);
INSERT INTO word SELECT DISTINCT unnest(tsvector_to_array(words)) FROM listed;
