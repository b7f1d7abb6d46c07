//! What each operation states in its own file.

use crate::reply::Answer;
use crate::request::Signed;
use crate::shared::Shared;
use crate::world::World;

/// One operation of the service. All are `POST` and signed.
pub(crate) struct Endpoint {
    pub(crate) path: &'static str,
    pub(crate) answer: fn(&Signed<'_>, &Shared<World>) -> Answer,
}
