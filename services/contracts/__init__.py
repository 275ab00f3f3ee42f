"""What the services say to each other: types and files, nothing that acts."""
