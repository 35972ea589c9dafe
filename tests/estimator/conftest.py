"""Properties of the estimator: no time limit on one example, for a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("estimator", deadline=None)
settings.load_profile("estimator")
