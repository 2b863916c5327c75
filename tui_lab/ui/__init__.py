"""The full-screen face, made with Textual. It knows the lab, never a provider."""
