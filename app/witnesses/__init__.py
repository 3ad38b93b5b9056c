"""Talking with those who vouch for the log: witnesses and replaying cosigners, time-stamping authorities; being one."""
