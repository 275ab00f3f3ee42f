"""What a mail says and to whom it goes, pure."""
