"""The table maps: declarations only, one file per map under the component it belongs to."""
