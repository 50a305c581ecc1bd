"""Expense management: expense categories and expenses."""
