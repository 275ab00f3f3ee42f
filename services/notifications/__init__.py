"""Who is told what: recipients, the mail queue, and the sending."""
