"""The only SQL of the e-service: sessions, logins under way, and drafts."""
