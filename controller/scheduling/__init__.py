"""Who does what next: delivery runs, dispatch, put-away, top-ups. Values in, decisions out; no ledger, no clock."""
