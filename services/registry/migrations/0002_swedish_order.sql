-- migrate:up
-- Names in Swedish order (å, ä, ö after z; capitals like small letters) by plain comparison: PostgreSQL is not built with
-- ICU everywhere, and the system's own locales differ from machine to machine. { | } follow z.
CREATE FUNCTION swedish_order(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT translate(lower(name), 'åäæöøéèêëáàâãíìîïóòôõúùûüýÿñç', '{||}}eeeeaaaaiiiioooouuuyyync')
$$;

-- migrate:down
DROP FUNCTION swedish_order(text);
