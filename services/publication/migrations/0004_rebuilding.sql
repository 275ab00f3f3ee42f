-- migrate:up
-- Has a row while everything is read from Kafka anew: the service does not start on half of it.
CREATE TABLE rebuilding (began timestamptz NOT NULL DEFAULT now());

-- migrate:down
DROP TABLE rebuilding;
