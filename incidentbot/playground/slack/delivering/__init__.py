"""How the stand-in reaches the app: sockets, signed HTTP, and the answers it waits for."""
