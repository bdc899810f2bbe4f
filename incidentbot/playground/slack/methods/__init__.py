"""The Web API, one file per family of methods. Each function changes the workspace and answers; none knows HTTP."""
