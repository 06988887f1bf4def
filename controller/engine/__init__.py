"""The one writer: inbox, reduce, plan, commit, outbox. Everything that changes the centre passes through here."""
