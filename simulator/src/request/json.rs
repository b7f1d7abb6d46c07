//! Reading a body as JSON without losing the keys that were given twice.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::fields::{Problems, join};

/// The value, if the text is JSON. Keys given twice are noted.
pub(crate) fn parse(text: &[u8], problems: &mut Problems) -> Option<Value> {
    let parsed = serde_json::from_slice(text).and_then(|value| {
        let path = String::new();
        let mut deserializer = serde_json::Deserializer::from_slice(text);
        Scan { path, problems }.deserialize(&mut deserializer)?;
        Ok(value)
    });
    parsed.inspect_err(|error| problems.add("body", format!("is not JSON: {error}"))).ok()
}

/// `serde_json::Value` keeps the last of equal keys; this visits them all.
struct Scan<'p> {
    path: String,
    problems: &'p mut Problems,
}

impl<'de> DeserializeSeed<'de> for Scan<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// They hold no keys.
macro_rules! scalars {
    ($($visit:ident: $scalar:ty),*) => {$(
        fn $visit<E>(self, _: $scalar) -> Result<(), E> {
            Ok(())
        }
    )*};
}

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0;
        loop {
            let item = Scan { path: format!("{}[{index}]", self.path), problems: self.problems };
            if items.next_element_seed(item)?.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            let path = join(&self.path, &name);
            if !names.insert(name) {
                self.problems.add(&path, "given twice");
            }
            entries.next_value_seed(Scan { path, problems: self.problems })?;
        }
        Ok(())
    }
}
