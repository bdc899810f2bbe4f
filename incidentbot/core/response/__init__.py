"""What people do in an incident, from the declaration to the close. Pure."""
