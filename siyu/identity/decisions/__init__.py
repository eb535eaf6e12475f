"""What people decided about people, and why somebody is who they are."""
