//! A generic discrete-event engine: an agenda in virtual time, an arena and token buckets. It knows no word of
//! Lambda.
