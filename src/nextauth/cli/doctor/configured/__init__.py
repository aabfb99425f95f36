"""What is judged of a configuration that ``Auth(...)`` took."""
