"""The only SQL of the e-service: sessions and drafts."""
