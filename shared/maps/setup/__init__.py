"""Setup and configuration: contracts, funding sources, projects, contract lines, tasks."""
