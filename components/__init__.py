"""What people see: components render what they are handed."""
