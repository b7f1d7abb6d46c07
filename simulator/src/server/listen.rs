//! The task of a running simulator, in which everything of it runs.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::door::Entrance;
use crate::server::connection::Connection;
use crate::server::visit::Service;

/// When the process has no file descriptor left, accepting fails at once, again and again.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// The connections and the doors join the tasks, and all end with the server.
pub(crate) async fn listen(
    (listener, port): (TcpListener, u16),
    service: Arc<Service>,
    router: Router,
    mut tasks: JoinSet<()>,
    mut entrances: UnboundedReceiver<Entrance>,
    mut stopped: oneshot::Receiver<Infallible>,
) {
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = tasks.join_next() => {}
            Some(entrance) = entrances.recv() => {
                tasks.spawn(entrance.run(Arc::clone(&service), router.clone()));
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let number = service.state.connections.next_number();
                    // Replies are small, and waiting to fill a packet would only slow them; without it they still arrive.
                    let _ = stream.set_nodelay(true);
                    let connection = Connection::open(Arc::clone(&service), number, port);
                    tasks.spawn(connection.serve(stream, router.clone(), false));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    drop(listener);
    tasks.shutdown().await;
}
