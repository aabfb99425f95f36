"""Framework modules: each a thin layer over one core, with its framework's own habits."""
