raise SystemExit("not the assignment's")
