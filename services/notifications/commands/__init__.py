"""What follows from what is heard, asked or due: one function each, in one transaction."""
