-- migrate:up
-- A program's credential is a membership in the role `machine`, with an end.
ALTER TABLE membership ADD COLUMN ends_at timestamptz;

ALTER TABLE administrator RENAME TO person;
ALTER TABLE person RENAME COLUMN active TO register_administration;
ALTER TABLE person ADD COLUMN locked boolean NOT NULL DEFAULT false;

CREATE TABLE terms_acceptance (
  person_id text PRIMARY KEY
);

-- Who may act now: nobody whose time is over, nobody locked, nobody who never accepted the terms.
CREATE VIEW authority AS
SELECT m.person_id, m.organizer, m.role FROM membership m
WHERE NOT m.ended
  AND (m.ends_at IS NULL OR m.ends_at > now())
  AND (m.role = 'machine' OR EXISTS (SELECT FROM terms_acceptance t WHERE t.person_id = m.person_id))
  AND NOT EXISTS (SELECT FROM person p WHERE p.person_id = m.person_id AND p.locked);

CREATE INDEX audit_actor ON audit (actor);

-- migrate:down
DROP INDEX audit_actor;
DROP VIEW authority;
DROP TABLE terms_acceptance;
ALTER TABLE person DROP COLUMN locked;
ALTER TABLE person RENAME COLUMN register_administration TO active;
ALTER TABLE person RENAME TO administrator;
ALTER TABLE membership DROP COLUMN ends_at;
