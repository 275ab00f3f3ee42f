"""The rules of the register, pure: readable by a register official."""
