-- migrate:up
-- How often a step of a job was begun and not ended: what kills its worker time after time is given up.
ALTER TABLE bulk_upload ADD COLUMN attempts integer NOT NULL DEFAULT 0;
ALTER TABLE bulk_upload DROP CONSTRAINT bulk_upload_state_check;
ALTER TABLE bulk_upload ADD CONSTRAINT bulk_upload_state_check
  CHECK (state IN ('checking', 'checked', 'refused', 'applying', 'applied', 'outdated', 'lapsed', 'failed'));
ALTER TABLE companies_import ADD COLUMN attempts integer NOT NULL DEFAULT 0;
ALTER TABLE companies_import DROP CONSTRAINT companies_import_state_check;
ALTER TABLE companies_import ADD CONSTRAINT companies_import_state_check
  CHECK (state IN ('comparing', 'compared', 'applying', 'applied', 'failed'));

-- migrate:down
UPDATE companies_import SET state = 'applied' WHERE state = 'failed';
ALTER TABLE companies_import DROP CONSTRAINT companies_import_state_check;
ALTER TABLE companies_import ADD CONSTRAINT companies_import_state_check
  CHECK (state IN ('comparing', 'compared', 'applying', 'applied'));
ALTER TABLE companies_import DROP COLUMN attempts;
UPDATE bulk_upload SET state = 'lapsed' WHERE state = 'failed';
ALTER TABLE bulk_upload DROP CONSTRAINT bulk_upload_state_check;
ALTER TABLE bulk_upload ADD CONSTRAINT bulk_upload_state_check
  CHECK (state IN ('checking', 'checked', 'refused', 'applying', 'applied', 'outdated', 'lapsed'));
ALTER TABLE bulk_upload DROP COLUMN attempts;
