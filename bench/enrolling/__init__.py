"""How fast files are asked for, seats are taken, deadlines are kept and full sessions are seen, on either database."""
