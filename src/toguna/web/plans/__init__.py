"""What a plan is made from, for forms: mandates and contributions as shipped, with what may be changed in them."""

from toguna.web.plans.routes import router

__all__ = ["router"]
