//! How wire shapes are declared.
//!
//! A shape is declared once, with the versions that know it, and becomes a type that reads and
//! writes it without loss, and a JSON Schema:
//!
//! - `object!`: members, `required` or `optional`; `as "x" | "y"` gives the wire's name and older ones,
//!   `inverse "z"` an older one that says the opposite
//! - `tagged!`: objects told apart by a member such as `type`
//! - `names!`: a list of names; `external!`: names, some of which carry a value
//! - `forms!`: values told apart by their JSON form
//!
//! Versions are ranges of minor numbers: `[145..]` is 0.145 and later, `[..=132]` up to 0.132,
//! `[wire]` what Codex writes though its own schema does not say so, and `where required [..=132]` that
//! those versions refuse a line without the member.

mod object;
mod union;
mod value;
mod versions;

pub(crate) use object::{
    Described, ObjectVisitor, close, member_done, member_required, member_type, member_write, object, read_once,
    require_any, serde_by_object, subschema, wire_name,
};
pub use object::{Object, Rest};
pub use union::UnknownObject;
pub(crate) use union::{
    Form, Single, also_tagged, any_name, any_of, external, forms, name, named, names, one_of, spelled, split_tag,
    tagged, variant, write_single,
};
pub(crate) use value::Key;
pub use value::{Decimal, Int, Json, NonEmpty, Number, Optional, Positive, Unsigned};
pub use versions::Versions;
pub(crate) use versions::{Known, known};
