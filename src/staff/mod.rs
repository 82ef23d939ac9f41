//! Pathologists, specialties, sites and agreements.
