"""What people see: the three paths of resident, secretary and auditor in a real browser."""
