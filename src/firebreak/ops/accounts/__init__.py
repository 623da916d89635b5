"""Who works here: accounts, offices and reaches, sessions, second factors, sign-in by an identity provider."""
