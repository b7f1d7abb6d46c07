//! Clauses of documents: loaded, swapped and removed.

use super::super::Stored;
use super::{Bench, FAR, Met, SessionKey, clauses, equal};

clauses![
    where_nothing_was_stored_nothing_is_loaded,
    a_first_document_has_version_1,
    each_swap_counts_the_version_up_by_one,
    a_swap_of_another_version_changes_nothing,
    documents_are_loaded_in_the_order_of_their_keys,
    sessions_are_told_apart_by_both_parts_of_their_key,
    texts_are_kept_to_the_byte,
    a_megabyte_is_kept,
    removing_takes_the_document_and_its_reports,
    removing_another_version_changes_nothing,
    after_removing_versions_begin_anew,
];

async fn where_nothing_was_stored_nothing_is_loaded(bench: Bench) -> Met {
    equal(bench.store.load(&[]).await?, vec![])?;
    equal(bench.store.load(&[bench.key("a"), bench.key("b")]).await?, vec![None, None])
}

async fn a_first_document_has_version_1(bench: Bench) -> Met {
    let key = bench.key("a");
    bench.store(&key, "first", FAR).await?;
    equal(bench.stored(&key).await?, Some((1, "first".to_owned())))
}

async fn each_swap_counts_the_version_up_by_one(bench: Bench) -> Met {
    let key = bench.key("a");
    for version in 0..5 {
        let document = format!("after {version}");
        equal(bench.store.swap(&key, version, &document, FAR).await?, true)?;
        equal(bench.stored(&key).await?, Some((version + 1, document)))?;
    }
    Ok(())
}

async fn a_swap_of_another_version_changes_nothing(bench: Bench) -> Met {
    let [key, none] = [bench.key("a"), bench.key("none")];
    bench.store(&key, "first", FAR).await?;
    equal(bench.store.swap(&key, 1, "second", FAR).await?, true)?;
    for version in [-1, 0, 1, 3, i64::MAX] {
        equal(bench.store.swap(&key, version, "wrong", FAR).await?, false)?;
    }
    equal(bench.stored(&key).await?, Some((2, "second".to_owned())))?;
    equal(bench.store.swap(&none, 1, "wrong", FAR).await?, false)?;
    equal(bench.stored(&none).await?, None)
}

async fn documents_are_loaded_in_the_order_of_their_keys(bench: Bench) -> Met {
    let keys = ["c", "none", "a", "b", "a"].map(|session| bench.key(session));
    for key in ["a", "b", "c"].map(|session| bench.key(session)) {
        bench.store(&key, &format!("of {}", key.session_id), FAR).await?;
    }
    let of = |document: &str| Some(Stored { version: 1, document: document.to_owned() });
    equal(bench.store.load(&keys).await?, vec![of("of c"), None, of("of a"), of("of b"), of("of a")])
}

async fn sessions_are_told_apart_by_both_parts_of_their_key(bench: Bench) -> Met {
    let pairs =
        [("a", "bc"), ("ab", "c"), ("A", "bc"), ("a", "bc "), ("a ", "bc"), ("a:", "bc"), ("a", ":bc"), ("", "abc")];
    let key = |(app_key, session_id): (&str, &str)| SessionKey {
        app_key: bench.name(app_key),
        session_id: session_id.to_owned(),
    };
    for pair in pairs {
        bench.store(&key(pair), &format!("{pair:?}"), FAR).await?;
        equal(bench.store.append(&key(pair), "1", &format!("report of {pair:?}")).await?, true)?;
    }
    for pair in pairs {
        equal(bench.stored(&key(pair)).await?, Some((1, format!("{pair:?}"))))?;
        equal(bench.reports(&key(pair)).await?, vec![format!("report of {pair:?}")])?;
    }
    Ok(())
}

async fn texts_are_kept_to_the_byte(bench: Bench) -> Met {
    let texts = [
        "",
        " ",
        "会议录制 🎥 é e\u{301} \u{202e}",
        "'; DROP TABLE document; --",
        r#"{"a": "\"\\\u0000", "b": [1, null]}"#,
        "%s $1 ?1 :a {0} *",
        "\r\n\t\u{1}\u{7f}",
    ];
    for text in texts {
        let key = bench.key(text);
        bench.store(&key, text, FAR).await?;
        equal(bench.store.append(&key, text, text).await?, true)?;
        equal(bench.stored(&key).await?, Some((1, text.to_owned())))?;
        equal(bench.reports(&key).await?, vec![text.to_owned()])?;
    }
    Ok(())
}

async fn a_megabyte_is_kept(bench: Bench) -> Met {
    let (key, long) = (bench.key("a"), "録".repeat((1 << 20) / 3));
    bench.store(&key, &long, FAR).await?;
    equal(bench.store.append(&key, "1", &long).await?, true)?;
    equal(bench.stored(&key).await?, Some((1, long.clone())))?;
    equal(bench.reports(&key).await?, vec![long])
}

async fn removing_takes_the_document_and_its_reports(bench: Bench) -> Met {
    let [key, other] = [bench.key("a"), bench.key("b")];
    for key in [&key, &other] {
        bench.store(key, "document", FAR).await?;
        equal(bench.store.append(key, "1", "report").await?, true)?;
    }
    equal(bench.store.remove(&key, 1).await?, true)?;
    equal(bench.stored(&key).await?, None)?;
    equal(bench.reports(&key).await?, vec![])?;
    equal(bench.stored(&other).await?, Some((1, "document".to_owned())))?;
    equal(bench.reports(&other).await?, vec!["report".to_owned()])
}

async fn removing_another_version_changes_nothing(bench: Bench) -> Met {
    let [key, none] = [bench.key("a"), bench.key("none")];
    bench.store(&key, "document", FAR).await?;
    for key in [&key, &none] {
        equal(bench.store.append(key, "1", "report").await?, true)?;
    }
    for version in [-1, 0, 2] {
        equal(bench.store.remove(&key, version).await?, false)?;
        equal(bench.store.remove(&none, version).await?, false)?;
    }
    equal(bench.stored(&key).await?, Some((1, "document".to_owned())))?;
    equal(bench.reports(&key).await?, vec!["report".to_owned()])?;
    equal(bench.reports(&none).await?, vec!["report".to_owned()])
}

async fn after_removing_versions_begin_anew(bench: Bench) -> Met {
    let key = bench.key("a");
    bench.store(&key, "first", FAR).await?;
    equal(bench.store.swap(&key, 1, "second", FAR).await?, true)?;
    equal(bench.store.remove(&key, 2).await?, true)?;
    equal(bench.store.swap(&key, 2, "wrong", FAR).await?, false)?;
    bench.store(&key, "anew", FAR).await?;
    equal(bench.stored(&key).await?, Some((1, "anew".to_owned())))
}
