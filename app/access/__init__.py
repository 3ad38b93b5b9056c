"""Who may do what: roles, the policy table, secrets, tokens, lock-out and the rule of two people."""
