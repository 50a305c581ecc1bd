"""Dataverse and Finance over HTTP: what they hold is read and written here, and every failure gets its meaning."""
