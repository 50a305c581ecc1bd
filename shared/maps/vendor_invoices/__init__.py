"""Vendor invoices with project lines: headers and lines."""
