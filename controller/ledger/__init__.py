"""What is where: postings, balances, FEFO, reservations, invariants, and the hash chain of the audit journal."""
