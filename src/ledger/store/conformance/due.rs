//! Clauses of what a reconciler finds documents by.

use super::{Bench, FAR, Index, Met, SessionKey, Timestamp, clauses, equal};

clauses![
    what_is_due_is_found_and_the_longest_due_first,
    no_more_is_found_than_asked_for,
    a_swap_moves_what_is_due,
    what_is_put_off_is_due_later_in_the_same_version,
    another_version_is_not_put_off,
    what_is_unresolved_is_found_until_a_swap_resolves_it,
    what_is_removed_is_found_no_more,
    what_another_app_has_is_not_found,
];

/// The times of these clauses are of 1970, when nothing else is due.
const fn at(due: i64, is_unresolved: bool) -> Index {
    Index { due: Timestamp(due), is_unresolved }
}

/// The sessions that are due at this time.
async fn due(bench: &Bench, now: i64, most: usize) -> Result<Vec<String>, super::Unmet> {
    sessions(bench, bench.store.due(bench.clause, Timestamp(now), most).await?)
}

async fn unresolved(bench: &Bench, most: usize) -> Result<Vec<String>, super::Unmet> {
    sessions(bench, bench.store.unresolved(bench.clause, most).await?)
}

fn sessions(bench: &Bench, keys: Vec<SessionKey>) -> Result<Vec<String>, super::Unmet> {
    let strange = keys.iter().find(|key| key.app_key != bench.clause);
    equal(strange, None)?;
    Ok(keys.into_iter().map(|key| key.session_id).collect())
}

/// Leaves nothing for the next clause to find.
async fn clear(bench: &Bench) -> Met {
    let app_key = bench.clause;
    let (due, unresolved) = (bench.store.due(app_key, Timestamp(1_000), 100), bench.store.unresolved(app_key, 100));
    for key in [due.await?, unresolved.await?].concat() {
        let version = bench.stored(&key).await?.map_or(0, |(version, _)| version);
        bench.store.remove(&key, version).await?;
    }
    Ok(())
}

async fn what_is_due_is_found_and_the_longest_due_first(bench: Bench) -> Met {
    for (session, time) in [("b", 20), ("c", 30), ("a", 10), ("before", -5)] {
        bench.store(&bench.key(session), "document", at(time, false)).await?;
    }
    bench.store(&bench.key("far"), "document", FAR).await?;
    equal(due(&bench, -6, 9).await?, vec![])?;
    equal(due(&bench, 19, 9).await?, vec!["before".to_owned(), "a".to_owned()])?;
    // Due from its time on.
    equal(due(&bench, 20, 9).await?, ["before", "a", "b"].map(str::to_owned).to_vec())?;
    equal(due(&bench, 1_000, 9).await?, ["before", "a", "b", "c"].map(str::to_owned).to_vec())?;
    clear(&bench).await
}

async fn no_more_is_found_than_asked_for(bench: Bench) -> Met {
    for (session, time) in [("c", 3), ("a", 1), ("b", 2)] {
        bench.store(&bench.key(session), "document", at(time, true)).await?;
    }
    equal(due(&bench, 10, 2).await?, vec!["a".to_owned(), "b".to_owned()])?;
    equal(unresolved(&bench, 2).await?, vec!["a".to_owned(), "b".to_owned()])?;
    equal(due(&bench, 10, 0).await?, vec![])?;
    equal(unresolved(&bench, 0).await?, vec![])?;
    equal(due(&bench, 10, usize::MAX).await?.len(), 3)?;
    equal(unresolved(&bench, usize::MAX).await?.len(), 3)?;
    clear(&bench).await
}

async fn a_swap_moves_what_is_due(bench: Bench) -> Met {
    let key = bench.key("a");
    bench.store(&key, "document", at(10, false)).await?;
    equal(bench.store.swap(&key, 1, "document", at(20, false)).await?, true)?;
    equal(due(&bench, 10, 9).await?, vec![])?;
    // Lost: it moves nothing.
    equal(bench.store.swap(&key, 1, "document", at(5, true)).await?, false)?;
    equal(due(&bench, 10, 9).await?, vec![])?;
    equal(unresolved(&bench, 9).await?, vec![])?;
    equal(due(&bench, 20, 9).await?, vec!["a".to_owned()])?;
    clear(&bench).await
}

async fn what_is_put_off_is_due_later_in_the_same_version(bench: Bench) -> Met {
    let [first, second] = [bench.key("first"), bench.key("second")];
    bench.store(&first, "document", at(10, true)).await?;
    bench.store(&second, "document", at(15, true)).await?;
    bench.store.put_off(&first, 1, Timestamp(20)).await?;
    equal(due(&bench, 19, 9).await?, vec!["second".to_owned()])?;
    equal(due(&bench, 20, 9).await?, vec!["second".to_owned(), "first".to_owned()])?;
    equal(unresolved(&bench, 9).await?, vec!["second".to_owned(), "first".to_owned()])?;
    equal(bench.stored(&first).await?, Some((1, "document".to_owned())))?;
    equal(bench.store.swap(&first, 1, "next", FAR).await?, true)?;
    clear(&bench).await
}

async fn another_version_is_not_put_off(bench: Bench) -> Met {
    let [key, none] = [bench.key("a"), bench.key("none")];
    bench.store(&key, "document", at(10, false)).await?;
    equal(bench.store.swap(&key, 1, "document", at(10, false)).await?, true)?;
    for version in [-1, 0, 1, 3] {
        bench.store.put_off(&key, version, Timestamp(100)).await?;
        bench.store.put_off(&none, version, Timestamp(1)).await?;
    }
    equal(due(&bench, 10, 9).await?, vec!["a".to_owned()])?;
    equal(bench.stored(&none).await?, None)?;
    clear(&bench).await
}

async fn what_is_unresolved_is_found_until_a_swap_resolves_it(bench: Bench) -> Met {
    let keys = ["c", "a", "b"].map(|session| bench.key(session));
    for (key, time) in keys.iter().zip([30, 10, 20]) {
        bench.store(key, "document", at(time, true)).await?;
    }
    bench.store(&bench.key("resolved"), "document", at(15, false)).await?;
    equal(unresolved(&bench, 9).await?, ["a", "b", "c"].map(str::to_owned).to_vec())?;
    equal(bench.store.swap(&bench.key("a"), 1, "document", at(10, false)).await?, true)?;
    equal(unresolved(&bench, 9).await?, vec!["b".to_owned(), "c".to_owned()])?;
    equal(bench.store.swap(&bench.key("a"), 2, "document", at(25, true)).await?, true)?;
    equal(unresolved(&bench, 9).await?, ["b", "a", "c"].map(str::to_owned).to_vec())?;
    clear(&bench).await
}

async fn what_is_removed_is_found_no_more(bench: Bench) -> Met {
    let key = bench.key("a");
    bench.store(&key, "document", at(10, true)).await?;
    equal(bench.store.remove(&key, 1).await?, true)?;
    equal(due(&bench, 10, 9).await?, vec![])?;
    equal(unresolved(&bench, 9).await?, vec![])?;
    bench.store.put_off(&key, 1, Timestamp(5)).await?;
    equal(due(&bench, 10, 9).await?, vec![])
}

async fn what_another_app_has_is_not_found(bench: Bench) -> Met {
    let others = SessionKey { app_key: "another app".to_owned(), session_id: format!("of {}", bench.clause) };
    bench.store(&others, "document", at(10, true)).await?;
    equal(due(&bench, 10, 9).await?, vec![])?;
    equal(unresolved(&bench, 9).await?, vec![])?;
    equal(bench.store.remove(&others, 1).await?, true)
}
