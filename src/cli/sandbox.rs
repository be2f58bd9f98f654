//! `albctl sandbox serve` and `albctl sandbox reset`.

use std::fs;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use albctl_sandbox::{OpenError, Sandbox, serve};
use serde_json::json;
use tokio::net::TcpListener;

use super::context::{App, sandbox_error};
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupts;
use super::question;
use crate::base::Diagnostic;
use crate::output::plan_json;

/// Offers the sandbox on the loopback interface until it is interrupted.
///
/// # Errors
/// The sandbox cannot be opened, or the port not be listened on.
pub async fn serve(app: &mut App, port: u16, speed: f64) -> Result<Exit, Failure> {
    let interrupts = Interrupts::listen();
    let sandbox = Arc::new(app.open_sandbox()?);
    sandbox.follow_wall_clock(speed);
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| cannot_listen(port, &error))?;
    let port = listener.local_addr().map_err(|error| cannot_listen(port, &error))?.port();
    let url = format!("http://127.0.0.1:{port}");
    if app.ui.is_json() {
        app.ui.json(&json!({"format_version": plan_json::FORMAT_VERSION, "endpoint_url": url}));
    }
    app.ui.answer_line(&format!("SANDBOX  listening on {url}"));
    app.ui.status(&format!("albctl --endpoint-url {url} ... (any credentials do; Ctrl-C ends it)\n"));
    let mut times = interrupts.receiver();
    let shutdown = async move {
        // When nobody listens for signals any more, the process is ending anyway.
        let _gone = times.wait_for(|times| *times > 0).await;
    };
    serve::serve(sandbox, listener, shutdown).await.map_err(|error| cannot_listen(port, &error))?;
    Ok(Exit::Done)
}

fn cannot_listen(port: u16, error: &io::Error) -> Failure {
    let diagnostic = Diagnostic::error("port", format!("port {port} of 127.0.0.1 cannot be listened on"));
    let diagnostic = diagnostic.note(error.to_string());
    Failure::failed(match error.kind() {
        io::ErrorKind::AddrInUse => diagnostic.help("take another one; --port 0 takes a free one"),
        _ => diagnostic,
    })
}

/// Removes the sandbox's state, after asking.
///
/// # Errors
/// It is in use, or cannot be removed; nobody agreed.
pub async fn reset(app: &mut App, yes: bool) -> Result<Exit, Failure> {
    let path = app.sandbox_path()?;
    if !yes {
        let interrupts = Interrupts::listen();
        let question = format!("Forget all that is in the sandbox {}? [y/N] ", path.display());
        let reply = question::ask(&mut app.ui, &question, &interrupts).await?;
        if !matches!(reply.trim(), "y" | "Y" | "yes") {
            return Err(Failure::declined());
        }
    }
    if path.exists() {
        match Sandbox::open(&path) {
            // What is no state of this version is what a reset is for.
            Ok(_) | Err(OpenError::Format { .. } | OpenError::Corrupt { .. }) => {}
            Err(error @ (OpenError::Locked { .. } | OpenError::Io { .. })) => {
                return Err(Failure::failed(sandbox_error(&error)));
            }
        }
        fs::remove_file(&path).map_err(|error| {
            let message = format!("the sandbox state {} cannot be removed", path.display());
            Failure::failed(Diagnostic::error("sandbox-state", message).note(error.to_string()))
        })?;
    }
    if app.ui.is_json() {
        app.ui.json(&json!({"format_version": plan_json::FORMAT_VERSION, "reset": path}));
    }
    app.ui.answer_line(&format!("The sandbox is empty: {}", path.display()));
    Ok(Exit::Done)
}
