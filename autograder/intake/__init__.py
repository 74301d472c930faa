"""Read a submission: from a folder, a zip or files to the entries that the assignment lists."""
