"""The peers: each runs in build/peers, or on Node, and knows nothing of `nextauth`."""
