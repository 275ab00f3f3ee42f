-- migrate:up
-- A session that has ended stays a day, without its tokens: the page can say why, and what was typed has an owner.
ALTER TABLE session
  ALTER COLUMN sealed_tokens DROP NOT NULL,
  ALTER COLUMN person_id DROP NOT NULL,
  ADD COLUMN account_id text NOT NULL DEFAULT '',
  ADD COLUMN ended_at timestamptz,
  ADD COLUMN end_reason text
    CHECK (end_reason IN ('idle', 'longest', 'elsewhere', 'everywhere', 'locked', 'authority-ended')),
  ADD CONSTRAINT session_end_has_its_reason CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
  ADD CONSTRAINT session_tokens_until_its_end CHECK ((ended_at IS NULL) = (sealed_tokens IS NOT NULL));
CREATE INDEX session_person ON session (person_id);
CREATE INDEX session_account ON session (account_id);

-- One draft for each session that we once gave, and for its person alone.
DELETE FROM draft;
ALTER TABLE draft
  ADD COLUMN session_hash bytea NOT NULL UNIQUE,
  ADD COLUMN owner text NOT NULL;

-- migrate:down
DELETE FROM draft;
ALTER TABLE draft DROP COLUMN owner, DROP COLUMN session_hash;
DELETE FROM session WHERE ended_at IS NOT NULL OR person_id IS NULL;
DROP INDEX session_person, session_account;
ALTER TABLE session
  DROP CONSTRAINT session_tokens_until_its_end,
  DROP CONSTRAINT session_end_has_its_reason,
  DROP COLUMN end_reason,
  DROP COLUMN ended_at,
  DROP COLUMN account_id,
  ALTER COLUMN person_id SET NOT NULL,
  ALTER COLUMN sealed_tokens SET NOT NULL;
