"""What is judged of a running site, as browsers and proxies see it."""
