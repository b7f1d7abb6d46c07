//! The library that the other languages load. Everything in it is the core's.

rongcloud_recording::uniffi_reexport_scaffolding!();
