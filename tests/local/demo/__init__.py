"""The demo: a stranger watches real records travel both ways, survive a crash, and agree."""
