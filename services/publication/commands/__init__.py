"""What an operator has done."""
