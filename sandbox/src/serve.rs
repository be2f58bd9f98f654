//! The sandbox on loopback HTTP, for any AWS client.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::sync::Arc;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HOST, ORIGIN};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::sandbox::Sandbox;
use crate::wire::{Outcome, Request};

/// The largest body of a request. AWS's largest for these services is far smaller.
const MAX_BODY: usize = 4 << 20;

/// Answers HTTP/1.1 requests on `listener` until `shutdown` completes; open connections are then closed.
///
/// Requests whose Host is not `localhost`, `127.0.0.1` or `[::1]` (with any port), and all that have an Origin, are
/// refused with 403: a web page must not be able to talk to the sandbox, by name or by rebinding one. Delays are
/// waited for when the sandbox follows the wall clock, at its speed; otherwise they move the sandbox clock.
///
/// # Errors
/// `InvalidInput` if the listener is not on a loopback address; else what accepting a connection gave.
pub async fn serve(
    sandbox: Arc<Sandbox>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "the sandbox is served on loopback addresses only",
        ));
    }
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(Arc::clone(&sandbox), stream));
                }
                // The client was gone before it was let in.
                Err(e) if matches!(e.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
                Err(e) => return Err(e),
            },
            // Reaps finished connections; there is nothing to learn from them.
            Some(_) = connections.join_next() => {}
        }
    }
    connections.shutdown().await;
    Ok(())
}

/// The connection is to break without an answer.
#[derive(Debug, thiserror::Error)]
#[error("dropped by an injected fault")]
struct Dropped;

async fn connection(sandbox: Arc<Sandbox>, stream: TcpStream) {
    let service = service_fn(move |request| {
        let sandbox = Arc::clone(&sandbox);
        async move { respond(&sandbox, request).await }
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // An error is a client that went away, or a connection that was to break: both end it.
    _ = connection.await;
}

async fn respond(
    sandbox: &Sandbox,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, Dropped> {
    if !is_local(&request) {
        return Ok(plain(403, "the sandbox answers local clients only"));
    }
    let request = match read(request).await {
        Ok(request) => request,
        Err(refusal) => return Ok(refusal),
    };
    let answered = sandbox.handle(&request);
    wait(sandbox, answered.delay).await;
    match answered.outcome {
        Outcome::Dropped => Err(Dropped),
        Outcome::Answer(response) => {
            let mut builder = hyper::Response::builder().status(response.status);
            for (name, value) in &response.headers {
                builder = builder.header(name, value);
            }
            let broken = |_| plain(500, "the sandbox made an answer that is not HTTP");
            Ok(builder.body(Full::from(response.body)).unwrap_or_else(broken))
        }
    }
}

/// Whether a program on this machine, and no web page, sent it.
fn is_local(request: &hyper::Request<Incoming>) -> bool {
    let headers = request.headers();
    let host = headers.get(HOST).and_then(|h| h.to_str().ok());
    let authority = request.uri().authority().map(hyper::http::uri::Authority::as_str);
    !headers.contains_key(ORIGIN) && host.is_some_and(is_local_host) && authority.is_none_or(is_local_host)
}

fn is_local_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "[::1]")
}

async fn read(request: hyper::Request<Incoming>) -> Result<Request, hyper::Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let uri = head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let too_large = || plain(413, "the body is too large");
    // A body that says at once how long it is need not arrive first.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(too_large());
    }
    let body = Limited::new(body, MAX_BODY).collect().await.map_err(|error| {
        let limited = error.is::<LengthLimitError>();
        if limited { too_large() } else { plain(400, "the body cannot be read") }
    })?;
    Ok(Request { method: head.method.to_string(), uri, headers, body: body.to_bytes().into() })
}

/// Lets a delay of sandbox time pass.
async fn wait(sandbox: &Sandbox, delay: std::time::Duration) {
    if delay.is_zero() {
        return;
    }
    match sandbox.speed() {
        // At speed 0 time stands still and the delay would never end.
        Some(speed) if speed > 0.0 => {
            tokio::time::sleep(std::time::Duration::from_secs_f64(
                (delay.as_secs_f64() / speed).min(LONGEST),
            ))
            .await;
        }
        Some(_) => {}
        None => sandbox.advance(delay),
    }
}

/// A year, in seconds: a longer delay is for ever, and must not overflow a duration.
const LONGEST: f64 = 31_536_000.0;

fn plain(status: u16, text: &'static str) -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::new(Full::from(text));
    *response.status_mut() =
        hyper::StatusCode::from_u16(status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("text/plain"));
    response
}

#[cfg(test)]
mod tests {
    use super::is_local_host;

    #[test]
    fn hosts() {
        assert!(
            ["localhost", "LOCALHOST:80", "127.0.0.1:4566", "[::1]:1", "[::1]", "127.0.0.1"]
                .iter()
                .all(|h| is_local_host(h))
        );
        assert!(
            ["evil.example", "localhost.evil.example", "127.0.0.1.evil:80", "::1", "", "127.0.0.2"]
                .iter()
                .all(|h| !is_local_host(h))
        );
    }
}
