-- migrate:up
-- A session that was ended elsewhere keeps its tokens until identity has said why: whoever asks first finds out.
ALTER TABLE session
  DROP CONSTRAINT session_tokens_until_its_end,
  ADD CONSTRAINT session_tokens_until_its_end CHECK (
    CASE WHEN ended_at IS NULL THEN sealed_tokens IS NOT NULL ELSE sealed_tokens IS NULL OR end_reason = 'elsewhere' END
  );

-- migrate:down
UPDATE session SET sealed_tokens = NULL WHERE ended_at IS NOT NULL;
ALTER TABLE session
  DROP CONSTRAINT session_tokens_until_its_end,
  ADD CONSTRAINT session_tokens_until_its_end CHECK ((ended_at IS NULL) = (sealed_tokens IS NOT NULL));
