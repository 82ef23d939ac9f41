//! A case, from accession to sign-out.
