//! What users of the other languages see beside data: the constructors, methods and functions of what Rust has under the
//! same names, documented for them.

mod callback;
mod credentials;
mod errors;
mod profile;
mod tracker;
