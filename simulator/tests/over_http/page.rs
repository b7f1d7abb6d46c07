//! The page at `/__simulator/`, as a browser gets it. What it does there is in `tests/page`.

use rongcloud_simulator::Simulator;

use crate::support::client::{Call, simulator};
use crate::support::connection::Reply;

async fn get(sim: &Simulator, path: &str) -> Reply {
    Call::new("GET", path).send(sim).await
}

#[tokio::test]
async fn it_is_there_and_runs_nothing_but_its_own_files() {
    let sim = simulator().await;
    let page = get(&sim, "/__simulator/").await;
    assert_eq!((page.status(), page.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.contains("default-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("X-Content-Type-Options"), Some("nosniff"));
}

#[tokio::test]
async fn it_is_found_without_the_slash_too() {
    let reply = get(&simulator().await, "/__simulator").await;
    assert_eq!((reply.status(), reply.header("Location")), (308, Some("/__simulator/")));
}

#[tokio::test]
async fn every_file_that_it_names_is_there() {
    let sim = simulator().await;
    let mut files = vec!["/__simulator/".to_owned()];
    let mut seen = 0;
    while let Some(path) = files.get(seen).cloned() {
        let reply = get(&sim, &path).await;
        assert_eq!(reply.status(), 200, "{path}");
        let text = String::from_utf8(reply.body).unwrap();
        let named = text.split('"').filter(|it| it.starts_with("/__simulator/page/")).map(str::to_owned);
        let imported = text.split('"').filter_map(|it| it.strip_prefix("./")?.strip_suffix(".js"));
        let imported = imported.map(|it| format!("/__simulator/page/{it}.js"));
        for file in named.chain(imported) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
        seen += 1;
    }
    assert_eq!(seen, 13, "{files:?}");
}

#[tokio::test]
async fn what_it_does_not_have_is_told() {
    for file in ["none.js", "..%2Fmain.rs", ""] {
        assert_eq!(get(&simulator().await, &format!("/__simulator/page/{file}")).await.status(), 404, "{file}");
    }
}

#[tokio::test]
async fn pages_of_other_origins_get_nothing_of_it() {
    let sim = simulator().await;
    for path in ["/__simulator/", "/__simulator", "/__simulator/page/main.js"] {
        let reply = Call::new("GET", path).with("Sec-Fetch-Site", "cross-site").send(&sim).await;
        assert_eq!(reply.status(), 403, "{path}");
    }
}

#[tokio::test]
async fn it_goes_with_the_control_api() {
    let sim = Simulator::builder().control(false).start().await.unwrap();
    assert_eq!(get(&sim, "/__simulator/").await.codes(), (404, 404));
}
