//! A running simulator: its address and its server.

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::ops::Deref;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::control;
use crate::door::Entrance;
use crate::server::{Front, answer, listen};
use crate::simulation::Simulation;

/// A running simulator: an address where a [`Simulation`] is served, whose methods are its own. Dropping it ends it and
/// all its connections.
pub struct Simulator {
    url: String,
    simulation: Simulation,
    task: JoinHandle<()>,
    /// The server ends when this is dropped.
    stop: oneshot::Sender<Infallible>,
}

impl Simulator {
    pub(crate) fn serve(
        listener: TcpListener,
        address: SocketAddr,
        simulation: Simulation,
        (delivery, entrances): (impl Future<Output = ()> + Send + 'static, UnboundedReceiver<Entrance>),
        with_control: bool,
    ) -> Self {
        let mut router = Router::new().fallback(answer);
        if with_control {
            router = router.merge(control::router(simulation.clone()));
        }
        let (stop, stopped) = oneshot::channel();
        let front = Front { simulation: simulation.clone(), router: router.with_state(simulation.clone()) };
        let mut tasks = JoinSet::new();
        tasks.spawn(delivery);
        let task = tokio::spawn(listen((listener, address.port()), front, tasks, entrances, stopped));
        Self { url: format!("http://{address}"), simulation, task, stop }
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it and all its connections, held replies too, and waits until its port is closed.
    pub async fn shutdown(self) {
        drop(self.stop);
        // An error would be a panic of the server, which has ended then, too.
        let _ = self.task.await;
    }
}

impl Deref for Simulator {
    type Target = Simulation;

    fn deref(&self) -> &Simulation {
        &self.simulation
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("url", &self.url).finish_non_exhaustive()
    }
}
