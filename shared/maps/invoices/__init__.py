"""Project invoices: proposals for Finance, and the customer invoices that come of them."""
