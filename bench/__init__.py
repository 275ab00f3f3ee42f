"""What the system's figures are measured with: `./dev bench`. The product uses nothing of it."""
