//! Ctrl-C and SIGTERM: once to start nothing new, twice to stop at once.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use tokio::sync::watch;

/// How often the user asked to stop.
#[derive(Clone)]
pub struct Interrupts {
    times: watch::Receiver<u8>,
    /// Something is being written: whoever does that ends it in good order.
    held: Rc<Cell<bool>>,
}

impl Interrupts {
    /// Begins to listen; from here on the signals no longer end the process by themselves.
    pub fn listen() -> Self {
        let (sender, receiver) = watch::channel(0_u8);
        tokio::spawn(async move {
            let mut terminations = terminations();
            loop {
                let heard = tokio::select! {
                    heard = tokio::signal::ctrl_c() => heard.is_ok(),
                    heard = terminated(&mut terminations) => heard,
                };
                if !heard || sender.is_closed() {
                    return;
                }
                sender.send_modify(|times| *times = times.saturating_add(1));
            }
        });
        Self { times: receiver, held: Rc::default() }
    }

    /// For the executor: 1 to start no new step, 2 to give up what is under way.
    pub fn receiver(&self) -> watch::Receiver<u8> {
        self.times.clone()
    }

    /// The result of `work`, or `None` when it was interrupted before.
    pub async fn unless<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.heard() => None,
            result = work => Some(result),
        }
    }

    /// The same, but once `work` has called [`Interrupts::hold`] it looks after interrupts itself.
    pub async fn unless_held<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let stopped = async {
            self.heard().await;
            if self.held.get() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = stopped => None,
            result = work => Some(result),
        }
    }

    /// From now on an interrupt is for the executor.
    pub fn hold(&self) {
        self.held.set(true);
    }

    async fn heard(&self) {
        if self.times.clone().wait_for(|times| *times > 0).await.is_err() {
            // Nobody listens, so nothing will ever be heard.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
type Terminations = Option<tokio::signal::unix::Signal>;

#[cfg(unix)]
fn terminations() -> Terminations {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok()
}

#[cfg(unix)]
async fn terminated(signals: &mut Terminations) -> bool {
    match signals {
        Some(signal) => signal.recv().await.is_some(),
        None => std::future::pending().await,
    }
}

#[cfg(not(unix))]
type Terminations = ();

#[cfg(not(unix))]
fn terminations() -> Terminations {}

#[cfg(not(unix))]
async fn terminated(_: &mut Terminations) -> bool {
    std::future::pending().await
}
