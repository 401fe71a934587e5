"""Accounts: the doors are allauth's; here is what the hub asks, says and refuses at them."""
