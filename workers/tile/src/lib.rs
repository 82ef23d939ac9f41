//! A stored scan becomes a servable tileset.
