"""Subcontract purchase orders: subcontracts and their lines."""
