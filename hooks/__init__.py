"""Telling others: webhooks, where they may go, how they are signed, sent and tried again."""
