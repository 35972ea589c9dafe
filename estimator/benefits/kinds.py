"""The rule kinds of the other computations: account credits, contributions, maternity, aid, enrolment."""
