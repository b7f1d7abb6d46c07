//! Clauses of what is remembered for a time. The times are of long ago and of far away: only the given clock counts.

use super::{Bench, Met, Timestamp, clauses, equal};

clauses![
    the_first_value_is_remembered,
    an_expired_value_gives_way_to_the_next,
    the_host_s_clock_alone_says_what_has_expired,
    what_has_expired_is_forgotten_and_nothing_else,
];

impl Bench {
    async fn remember(
        &self,
        name: &str,
        value: &str,
        now: i64,
        expires_at: i64,
    ) -> Result<Option<String>, super::Unmet> {
        Ok(self.store.remember(&self.name(name), value, Timestamp(now), Timestamp(expires_at)).await?)
    }
}

async fn the_first_value_is_remembered(bench: Bench) -> Met {
    equal(bench.remember("a", "first", 0, 100).await?, None)?;
    equal(bench.remember("a", "second", 1, 200).await?, Some("first".to_owned()))?;
    equal(bench.remember("a", "first", 2, 200).await?, Some("first".to_owned()))?;
    equal(bench.remember("b", "'\"\\\n会议", 2, 200).await?, None)?;
    equal(bench.remember("b", "second", 3, 200).await?, Some("'\"\\\n会议".to_owned()))
}

async fn an_expired_value_gives_way_to_the_next(bench: Bench) -> Met {
    equal(bench.remember("a", "first", 0, 100).await?, None)?;
    // A value that was not taken has not put its end off either.
    equal(bench.remember("a", "not taken", 50, 1_000).await?, Some("first".to_owned()))?;
    equal(bench.remember("a", "not taken", 100, 1_000).await?, Some("first".to_owned()))?;
    equal(bench.remember("a", "second", 101, 200).await?, None)?;
    equal(bench.remember("a", "third", 102, 300).await?, Some("second".to_owned()))?;
    equal(bench.remember("a", "third", 201, 300).await?, None)
}

async fn the_host_s_clock_alone_says_what_has_expired(bench: Bench) -> Met {
    // The year 9999.
    const FAR: i64 = 253_370_764_800_000;
    equal(bench.remember("a", "first", FAR, FAR + 100).await?, None)?;
    equal(bench.remember("a", "second", FAR + 101, FAR + 200).await?, None)?;
    equal(bench.remember("a", "third", 0, 100).await?, Some("second".to_owned()))
}

async fn what_has_expired_is_forgotten_and_nothing_else(bench: Bench) -> Met {
    // What the other clauses left in 1970.
    while bench.store.forget_expired(Timestamp(10_000), 100).await? > 0 {}
    for (name, expires_at) in [("a", 20_000), ("b", 20_001), ("c", 20_002), ("kept", 20_003)] {
        equal(bench.remember(name, "value", 10_001, expires_at).await?, None)?;
    }
    equal(bench.store.forget_expired(Timestamp(20_003), 0).await?, 0)?;
    equal(bench.store.forget_expired(Timestamp(20_003), 2).await?, 2)?;
    equal(bench.store.forget_expired(Timestamp(20_003), 9).await?, 1)?;
    equal(bench.store.forget_expired(Timestamp(20_003), 9).await?, 0)?;
    equal(bench.remember("kept", "another", 20_003, 30_000).await?, Some("value".to_owned()))?;
    // By a clock that is behind, they would not have expired: they are gone.
    for name in ["a", "b", "c"] {
        equal(bench.remember(name, "another", 10_001, 30_000).await?, None)?;
    }
    Ok(())
}
