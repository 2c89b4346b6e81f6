"""Who may do what on the workbench, who did it, and how often: sign-in, roles, the log and limits."""

from toguna.web.auth.access import add_access

__all__ = ["add_access"]
