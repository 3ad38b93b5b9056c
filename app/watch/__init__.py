"""Keeping watch: a thread that has alarms judged round by round, and one that sends word of them to people."""
