-- migrate:up
-- Two windows of one login each keep what is typed in them: a draft for each page of a session.
ALTER TABLE draft DROP CONSTRAINT draft_session_hash_key;
CREATE INDEX draft_session ON draft (session_hash, made_at);

-- migrate:down
DELETE FROM draft;
DROP INDEX draft_session;
ALTER TABLE draft ADD CONSTRAINT draft_session_hash_key UNIQUE (session_hash);
