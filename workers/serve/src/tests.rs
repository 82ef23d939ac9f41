//! The door as its callers meet it: a real catalogue and archive, requests through the router.

mod doors;
mod readings;
mod sessions;
mod site;
mod steering;
mod tiles;
mod work;
