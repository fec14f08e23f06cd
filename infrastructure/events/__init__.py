"""Events as canonical bytes, and back."""
