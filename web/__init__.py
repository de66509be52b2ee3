"""The pages for learners, rendered by the server, usable without JavaScript."""
