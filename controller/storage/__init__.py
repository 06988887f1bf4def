"""The only SQL: tables and migrations, the one transaction of a commit, the working set, the archive, the lease."""
