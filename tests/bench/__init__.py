"""The benchmark: what the app costs, measured side by side with hand-written code and bare calls."""
