-- migrate:up
-- Webhooks are counted by host, whatever their addresses; one that is in vain for long is removed.
ALTER TABLE webhook ADD COLUMN host text;
UPDATE webhook SET host = coalesce(lower(rtrim(substring(url FROM '://(\[[^]]*\]|[^/:?]+)'), '.')), url);
UPDATE webhook SET host = btrim(host, '[]');
ALTER TABLE webhook ALTER COLUMN host SET NOT NULL;
ALTER TABLE webhook ADD COLUMN state_since timestamptz NOT NULL DEFAULT now();
DROP INDEX webhook_url;
CREATE INDEX webhook_host ON webhook (host);

-- Of the last day. Without a reference: who removes a webhook and opens another has no more pings for that.
CREATE TABLE webhook_ping (
  webhook_id uuid NOT NULL,
  host text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_ping_host ON webhook_ping (host);
CREATE INDEX webhook_ping_webhook ON webhook_ping (webhook_id);

-- migrate:down
DROP TABLE webhook_ping;
CREATE INDEX webhook_url ON webhook (url);
ALTER TABLE webhook DROP COLUMN state_since;
ALTER TABLE webhook DROP COLUMN host;
