"""The e-service: Swedish pages for people; it owns nothing but sessions and half-typed forms."""
