-- migrate:up
-- Education providers, and komvux on contract. `turns_on`: the next day on which something begins or ends by itself.
CREATE TABLE education_provider (
  code text PRIMARY KEY,
  aggregate text GENERATED ALWAYS AS ('provider/' || code) STORED,
  version integer NOT NULL,
  organization_number text NOT NULL,
  display_name text NOT NULL,
  folk_highschool_name text NOT NULL DEFAULT '',
  decision text,
  body jsonb NOT NULL,
  turns_on date,
  created date NOT NULL,
  modified date NOT NULL,
  UNIQUE (organization_number, folk_highschool_name)
);
CREATE INDEX education_provider_turns ON education_provider (turns_on) WHERE turns_on IS NOT NULL;

CREATE TABLE contract (
  organizer text NOT NULL REFERENCES organizer,
  provider text NOT NULL REFERENCES education_provider,
  aggregate text GENERATED ALWAYS AS ('contract/' || organizer || '/' || provider) STORED,
  version integer NOT NULL,
  body jsonb NOT NULL,
  turns_on date,
  created date NOT NULL,
  modified date NOT NULL,
  PRIMARY KEY (organizer, provider)
);
CREATE INDEX contract_provider ON contract (provider);
CREATE INDEX contract_turns ON contract (turns_on) WHERE turns_on IS NOT NULL;

-- migrate:down
DROP TABLE contract;
DROP TABLE education_provider;
