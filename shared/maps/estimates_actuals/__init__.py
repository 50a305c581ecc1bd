"""Estimates and actuals: forecasts from planning, actuals with what accounting makes of them, and how they are connected."""
