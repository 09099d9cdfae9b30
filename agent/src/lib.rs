//! The loop: a coding agent that writes rollouts. Nothing of it is here yet; this crate keeps its place, so that
//! tokio and reqwest never enter another one.
