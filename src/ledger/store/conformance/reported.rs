//! Clauses of what is reported about sessions.

use super::{Bench, FAR, Met, clauses, equal};

clauses![
    a_report_is_kept_without_a_document_too,
    a_report_of_the_same_id_is_not_kept_again,
    reports_come_in_the_order_of_the_keys,
    a_swap_leaves_the_reports,
];

async fn a_report_is_kept_without_a_document_too(bench: Bench) -> Met {
    let key = bench.key("a");
    equal(bench.store.append(&key, "1", "report").await?, true)?;
    equal(bench.reports(&key).await?, vec!["report".to_owned()])?;
    equal(bench.stored(&key).await?, None)
}

async fn a_report_of_the_same_id_is_not_kept_again(bench: Bench) -> Met {
    let [key, other] = [bench.key("a"), bench.key("b")];
    equal(bench.store.append(&key, "1", "first").await?, true)?;
    equal(bench.store.append(&key, "1", "again").await?, false)?;
    equal(bench.store.append(&key, "2", "second").await?, true)?;
    // An id is its session's own.
    equal(bench.store.append(&other, "1", "of another").await?, true)?;
    equal(bench.reports(&key).await?, vec!["first".to_owned(), "second".to_owned()])
}

async fn reports_come_in_the_order_of_the_keys(bench: Bench) -> Met {
    let keys = ["b", "none", "a", "b"].map(|session| bench.key(session));
    equal(bench.store.append(&keys[0], "1", "of b").await?, true)?;
    equal(bench.store.append(&keys[2], "1", "of a").await?, true)?;
    let [a, b] = ["of a", "of b"].map(|report| vec![report.to_owned()]);
    equal(bench.store.reported(&keys).await?, vec![b.clone(), vec![], a, b])?;
    equal(bench.store.reported(&[]).await?, Vec::<Vec<String>>::new())
}

async fn a_swap_leaves_the_reports(bench: Bench) -> Met {
    let key = bench.key("a");
    equal(bench.store.append(&key, "1", "report").await?, true)?;
    bench.store(&key, "document", FAR).await?;
    equal(bench.store.swap(&key, 1, "document", FAR).await?, true)?;
    equal(bench.reports(&key).await?, vec!["report".to_owned()])
}
