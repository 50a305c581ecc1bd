"""The only place that knows the Functions host: one module per component, one line per direction."""
