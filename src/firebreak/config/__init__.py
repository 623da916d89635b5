"""Where the desks are put together: settings from the environment, addresses, the server."""
