-- migrate:up
CREATE INDEX school_unit_municipality ON school_unit (municipality_code);

-- migrate:down
DROP INDEX school_unit_municipality;
