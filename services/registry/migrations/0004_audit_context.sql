-- migrate:up
-- Beside what changed: by which channel it came, why (the doer's own words), and what it is part of.
ALTER TABLE audit ADD COLUMN context jsonb NOT NULL DEFAULT '{}';

CREATE FUNCTION audit_hash(
  previous bytea, aggregate text, version integer, at timestamptz, register_day date, public_from date,
  actor text, actor_role text, cause text, changed jsonb, context jsonb
) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(coalesce(previous, ''::bytea) || convert_to((jsonb_build_array(
    aggregate, version, extract(epoch FROM at), register_day - date '2000-01-01', public_from - date '2000-01-01',
    actor, actor_role, cause, changed)
    || CASE WHEN context = '{}' THEN '[]'::jsonb ELSE jsonb_build_array(context) END)::text, 'UTF8'))
$$;
DROP FUNCTION audit_hash(bytea, text, integer, timestamptz, date, date, text, text, text, jsonb);

-- migrate:down
CREATE FUNCTION audit_hash(
  previous bytea, aggregate text, version integer, at timestamptz, register_day date, public_from date,
  actor text, actor_role text, cause text, changed jsonb
) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(coalesce(previous, ''::bytea) || convert_to(jsonb_build_array(
    aggregate, version, extract(epoch FROM at), register_day - date '2000-01-01', public_from - date '2000-01-01',
    actor, actor_role, cause, changed)::text, 'UTF8'))
$$;
DROP FUNCTION audit_hash(bytea, text, integer, timestamptz, date, date, text, text, text, jsonb, jsonb);
ALTER TABLE audit DROP COLUMN context;
