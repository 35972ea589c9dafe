"""Channels: what brings members' messages in and takes replies out."""
