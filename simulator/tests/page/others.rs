//! Pages of others, in the browser of somebody who runs a simulator.

use rongcloud_simulator::Simulator;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::browser::with_browser;
use crate::scene::simulator;

/// Tries all that a page can without asking first, and what it must ask for.
const EVIL: &str = "<!doctype html><title>busy</title><form method=post enctype=text/plain target=frame></form>
<iframe name=frame></iframe><script>
const root = 'TARGET/__simulator/';
const json = { 'Content-Type': 'application/json' };
const body = JSON.stringify({ advanceMs: 60000 });
const tries = [
  fetch(root + 'requests'),
  fetch(root + 'requests', { mode: 'no-cors' }),
  fetch(root + 'rooms/room1', { method: 'DELETE' }),
  fetch(root + 'clock', { method: 'POST', body, headers: json }),
  fetch(root + 'clock', { method: 'POST', body, mode: 'no-cors' }),
  fetch(root + 'clock', { method: 'POST', body, mode: 'no-cors', headers: { 'Content-Type': 'text/plain' } }),
  fetch(root + 'release', { method: 'POST', mode: 'no-cors' }),
  fetch(root + 'doors', { method: 'POST', mode: 'no-cors' }),
];
const form = document.forms[0];
form.action = root + 'clock';
form.innerHTML = '<input name=\\'{\"advanceMs\":60000,\"a\":\"\\' value=\\'\"}\\'>';
form.submit();
const framed = new Promise((done) => document.querySelector('iframe').addEventListener('load', done));
Promise.all([Promise.allSettled(tries), framed]).then(([all]) => {
  window.read = all.filter((it) => it.status === 'fulfilled' && it.value.type !== 'opaque').length;
  document.body.append('done');
});
</script>";

/// Serves the page of somebody else.
async fn serve(page: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let page = page.clone();
            // Apart: a browser opens some connections to say nothing on them.
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length:";
                let _ = stream.write_all(format!("{head} {}\r\n\r\n{page}", page.len()).as_bytes()).await;
            });
        }
    });
    port.to_string()
}

fn assert_untouched(sim: &Simulator) {
    assert!(sim.room("room1").is_some());
    let time = sim.room("room1").unwrap().create_time;
    sim.set_room("now", "bbb");
    let now = sim.room("now").unwrap().create_time;
    assert!(now.unwrap() - time.unwrap() < 60_000, "the time was moved");
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn a_page_of_another_origin_can_not_drive_it() {
    with_browser(async |browser| {
        let sim = simulator().await;
        let evil = serve(EVIL.replace("TARGET", sim.url())).await;
        // Another site, and another port of the same one.
        for host in ["localhost", "127.0.0.1"] {
            browser.open(&format!("http://{host}:{evil}/")).await;
            browser.sees("body", "done").await;
            assert_eq!(browser.run("return window.read").await, 0);
            assert_untouched(&sim);
        }
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn a_name_that_was_made_to_mean_this_machine_shows_nothing() {
    with_browser(async |browser| {
        let sim = simulator().await;
        let port = sim.url().rsplit(':').next().unwrap();
        browser.open(&format!("http://evil.example:{port}/__simulator/")).await;
        browser.sees("body", "Host evil.example").await;
        // Its pages are of the same origin there, but for the name.
        browser.run("return fetch('/__simulator/rooms/room1', { method: 'DELETE' }).then((it) => it.status)").await;
        assert_untouched(&sim);
    })
    .await;
}
