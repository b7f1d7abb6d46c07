//! The task of a running simulator, in which everything of it runs.

use std::convert::Infallible;

use axum::Router;
use tokio::io::DuplexStream;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::connection::Connection;
use crate::door::{ACCEPT_PAUSE, Behind, Entrance};
use crate::simulation::Simulation;

/// What answers, by whatever address a connection comes in.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) simulation: Simulation,
    pub(crate) router: Router,
}

impl Behind for Front {
    fn next_number(&self) -> u64 {
        self.simulation.next_connection()
    }

    fn serve(self, stream: DuplexStream, number: u64, port: u16) -> impl Future<Output = ()> + Send + 'static {
        Connection::open(self.simulation, number, port).serve(stream, self.router, true)
    }
}

/// The connections and the doors join the tasks, and all end with the server.
pub(crate) async fn listen(
    (listener, port): (TcpListener, u16),
    front: Front,
    mut tasks: JoinSet<()>,
    mut entrances: UnboundedReceiver<Entrance>,
    mut stopped: oneshot::Receiver<Infallible>,
) {
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = tasks.join_next() => {}
            Some(entrance) = entrances.recv() => {
                tasks.spawn(entrance.run(front.clone()));
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Replies are small, and waiting to fill a packet would only slow them; without it they still arrive.
                    let _ = stream.set_nodelay(true);
                    let connection = Connection::open(front.simulation.clone(), front.next_number(), port);
                    tasks.spawn(connection.serve(stream, front.router.clone(), false));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    drop(listener);
    tasks.shutdown().await;
}
