"""Case work: team, tasks, deadlines, documents, timeline."""
