//! A sandbox behind HTTP inside the test: what albctl meets as an endpoint, with faults on request.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use albctl_sandbox::{Fault, FaultKind, Match, Sandbox, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A sandbox that follows the wall clock, and where it listens.
pub struct Endpoint {
    pub sandbox: Arc<Sandbox>,
    pub url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    pub fn start() -> Self {
        let sandbox = Arc::new(Sandbox::in_memory());
        sandbox.follow_wall_clock(1.0);
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let served = Arc::clone(&sandbox);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
                tell.send(listener.local_addr().expect("an address").port()).expect("the test listens");
                let shutdown = async { stopped.await.unwrap_or_default() };
                serve::serve(served, listener, shutdown).await.expect("the sandbox is served");
            });
        });
        let url = format!("http://127.0.0.1:{}", told.recv().expect("a port"));
        Self { sandbox, url, stop: Some(stop), thread: Some(thread) }
    }

    /// The answers to one operation come so late that nobody waits for them.
    pub fn stall(&self, operation: &str) {
        self.sandbox.inject(Fault {
            matches: Match::Operation(operation.to_owned()),
            nth: 1,
            count: 0,
            kind: FaultKind::Delay(Duration::from_secs(3600)),
        });
    }

    /// Returns when a call of this operation has arrived.
    #[expect(clippy::disallowed_methods, reason = "another process is waited for, on the wall clock")]
    pub fn until_called(&self, operation: &str) {
        let begin = Instant::now();
        while !self.sandbox.calls().iter().any(|call| call.operation == operation) {
            assert!(begin.elapsed() < PATIENCE, "{operation} was never called");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A test fails after waiting so long for something that takes no time.
pub const PATIENCE: Duration = Duration::from_secs(60);

impl Drop for Endpoint {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The server may have ended by itself.
            let _ended = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}
