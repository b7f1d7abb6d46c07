//! Clauses of calls at once: of many on one thing, one wins; and of calls that nobody waits for any more.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tokio::task::JoinSet;

use super::{Bench, FAR, Met, StoreError, Timestamp, Unmet, clauses, equal};

clauses![
    of_many_first_swaps_one_wins,
    of_many_swaps_each_acknowledged_one_counts_once,
    of_many_reports_of_one_id_one_is_new,
    of_many_that_remember_one_name_one_finds_nothing,
    of_many_that_find_a_value_expired_one_is_remembered,
    of_a_swap_and_a_removal_one_wins,
    a_call_that_is_dropped_harms_no_other,
];

const CONTENDERS: i64 = 32;
const ROUNDS: i64 = 8;

/// What each contender got, all at once.
async fn all<T, F>(call: impl Fn(i64) -> F) -> Result<Vec<T>, Unmet>
where
    T: Send + 'static,
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    let calls: JoinSet<_> = (0..CONTENDERS).map(call).collect();
    Ok(calls.join_all().await.into_iter().collect::<Result<_, _>>()?)
}

async fn of_many_first_swaps_one_wins(bench: Bench) -> Met {
    for round in 0..ROUNDS {
        let key = bench.key(round);
        let won = all(|contender| {
            let (store, key) = (bench.store.clone(), key.clone());
            async move {
                let won = store.swap(&key, 0, &format!("of {contender}"), FAR).await?;
                Ok(won.then(|| format!("of {contender}")))
            }
        });
        let winners: Vec<_> = won.await?.into_iter().flatten().map(|document| Some((1, document))).collect();
        equal(winners, vec![bench.stored(&key).await?])?;
    }
    Ok(())
}

async fn of_many_swaps_each_acknowledged_one_counts_once(bench: Bench) -> Met {
    let key = bench.key("a");
    bench.store(&key, "first", FAR).await?;
    let won = all(|_| {
        let (bench, key) = (bench.clone(), key.clone());
        async move {
            let mut won = Vec::new();
            while i64::try_from(won.len()).is_ok_and(|won| won < ROUNDS) {
                let version = bench.stored(&key).await?.map_or(0, |(version, _)| version);
                if bench.store.swap(&key, version, &format!("after {version}"), FAR).await? {
                    won.push(version);
                }
            }
            Ok(won)
        }
    });
    let mut won = won.await?.concat();
    won.sort_unstable();
    let last = CONTENDERS * ROUNDS;
    equal(won, (1..=last).collect())?;
    equal(bench.stored(&key).await?, Some((last + 1, format!("after {last}"))))
}

async fn of_many_reports_of_one_id_one_is_new(bench: Bench) -> Met {
    for round in 0..ROUNDS {
        let key = bench.key(round);
        let new = all(|contender| {
            let (store, key) = (bench.store.clone(), key.clone());
            async move {
                let report = format!("of {contender}");
                Ok(store.append(&key, "1", &report).await?.then_some(report))
            }
        });
        let new: Vec<_> = new.await?.into_iter().flatten().collect();
        equal(new.len(), 1)?;
        equal(new, bench.reports(&key).await?)?;
    }
    Ok(())
}

async fn of_many_that_remember_one_name_one_finds_nothing(bench: Bench) -> Met {
    for round in 0..ROUNDS {
        one_is_remembered(&bench, &bench.name(&round.to_string()), 0).await?;
    }
    Ok(())
}

async fn of_many_that_find_a_value_expired_one_is_remembered(bench: Bench) -> Met {
    for round in 0..ROUNDS {
        let name = bench.name(&round.to_string());
        equal(bench.store.remember(&name, "expired", Timestamp(0), Timestamp(10)).await?, None)?;
        one_is_remembered(&bench, &name, 11).await?;
    }
    Ok(())
}

async fn one_is_remembered(bench: &Bench, name: &str, now: i64) -> Met {
    let found = all(|contender| {
        let (store, name) = (bench.store.clone(), name.to_owned());
        async move {
            let value = format!("of {contender}");
            let earlier = store.remember(&name, &value, Timestamp(now), Timestamp(now + 100)).await?;
            Ok((value, earlier))
        }
    });
    let (first, others): (Vec<_>, Vec<_>) = found.await?.into_iter().partition(|(_, earlier)| earlier.is_none());
    equal(first.len(), 1)?;
    let first = first.into_iter().next().map(|(value, _)| value);
    equal(others.iter().find(|(_, earlier)| *earlier != first), None)
}

async fn of_a_swap_and_a_removal_one_wins(bench: Bench) -> Met {
    for round in 0..ROUNDS {
        let key = bench.key(round);
        bench.store(&key, "first", FAR).await?;
        equal(bench.store.append(&key, "1", "report").await?, true)?;
        let won = all(|contender| {
            let (store, key) = (bench.store.clone(), key.clone());
            async move {
                let removes = contender % 2 == 0;
                let won =
                    if removes { store.remove(&key, 1).await? } else { store.swap(&key, 1, "second", FAR).await? };
                Ok(won.then_some(removes))
            }
        });
        let winners: Vec<_> = won.await?.into_iter().flatten().collect();
        equal(winners.len(), 1)?;
        let (document, reports) = if winners == [true] {
            (None, vec![])
        } else {
            (Some((2, "second".to_owned())), vec!["report".to_owned()])
        };
        equal(bench.stored(&key).await?, document)?;
        equal(bench.reports(&key).await?, reports)?;
    }
    Ok(())
}

async fn a_call_that_is_dropped_harms_no_other(bench: Bench) -> Met {
    let (store, key, name) = (&bench.store, bench.key("a"), bench.name("a"));
    for _ in 0..ROUNDS {
        begun(store.load(std::slice::from_ref(&key)));
        begun(store.swap(&key, 0, "document", FAR));
        begun(store.append(&key, "1", "report"));
        begun(store.remove(&key, 1));
        begun(store.remember(&name, "value", Timestamp(0), Timestamp(100)));
        begun(store.forget_expired(Timestamp(0), 9));
    }
    // Whatever became of them, the store works on.
    let other = bench.key("b");
    bench.store(&other, "document", FAR).await?;
    equal(store.swap(&other, 1, "second", FAR).await?, true)?;
    equal(bench.stored(&other).await?, Some((2, "second".to_owned())))
}

/// Begins a call and drops it.
fn begun<T>(call: impl Future<Output = T>) {
    let mut call = pin!(call);
    let _: Poll<T> = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
}
