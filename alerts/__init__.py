"""Alerts: what a rule may be, looking at the rules, telling of what has fired."""
