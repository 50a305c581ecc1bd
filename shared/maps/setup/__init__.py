"""Setup and configuration: roles, categories and resources, contracts with all that bills them, projects and tasks."""
