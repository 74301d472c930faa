"""Looking through what was handed in: from a folder, a zip or files to the entries that an assignment asks for."""
