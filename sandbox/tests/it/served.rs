//! Over a real socket.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use albctl_sandbox::serve::serve;
use albctl_sandbox::{Fault, FaultKind, Match, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

const BODY: &str = "Action=DescribeLoadBalancers&Version=2015-12-01";

fn request(headers: &str) -> String {
    let form = "Content-Type: application/x-www-form-urlencoded";
    format!("POST / HTTP/1.1\r\n{headers}{form}\r\nContent-Length: {}\r\n\r\n{BODY}", BODY.len())
}

/// One answer: the head and the body, or nothing if the connection breaks.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let n = stream.read(&mut buffer).await.unwrap_or(0);
        if n == 0 {
            return (!text.is_empty()).then_some(text);
        }
        text.push_str(std::str::from_utf8(&buffer[..n]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(text);
        }
    }
}

async fn ask(address: SocketAddr, request: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    read(&mut stream).await
}

fn run<F: Future<Output = ()>>(test: impl FnOnce(Arc<Sandbox>, SocketAddr) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let sandbox = Arc::new(Sandbox::in_memory());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { stopped.await.unwrap_or_default() };
        let server = serve(Arc::clone(&sandbox), listener, shutdown);
        let client = async {
            test(sandbox, address).await;
            stop.send(()).unwrap();
        };
        let (served, ()) = tokio::join!(server, client);
        served.unwrap();
    });
}

#[test]
fn answers_and_keeps_the_connection() {
    run(|sandbox, address| async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        for _ in 0..2 {
            stream.write_all(request("Host: localhost:1\r\n").as_bytes()).await.unwrap();
            let answer = read(&mut stream).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            assert!(answer.contains("x-amzn-requestid") && answer.contains("<LoadBalancers>"), "{answer}");
        }
        assert_eq!(sandbox.calls().len(), 2);
    });
}

#[test]
fn refuses_foreign_hosts_and_any_origin() {
    run(|sandbox, address| async move {
        for headers in [
            "Host: evil.example\r\n",
            "Host: localhost.evil.example\r\n",
            "",
            "Host: localhost\r\nOrigin: http://localhost\r\n",
            "Host: localhost\r\nOrigin: null\r\n",
        ] {
            let answer = ask(address, &request(headers)).await.unwrap();
            let status = if headers.is_empty() { "HTTP/1.1 4" } else { "HTTP/1.1 403" };
            assert!(answer.starts_with(status), "{headers}: {answer}");
        }
        let absolute = request("Host: localhost\r\n").replacen("POST /", "POST http://evil.example/", 1);
        assert!(ask(address, &absolute).await.unwrap().starts_with("HTTP/1.1 403"));
        assert!(sandbox.calls().is_empty());
        for host in ["127.0.0.1", "127.0.0.1:80", "[::1]:80", "LOCALHOST"] {
            assert!(
                ask(address, &request(&format!("Host: {host}\r\n")))
                    .await
                    .unwrap()
                    .starts_with("HTTP/1.1 200")
            );
        }
    });
}

#[test]
fn drops_the_connection() {
    run(|sandbox, address| async move {
        sandbox.inject(Fault { matches: Match::Any, nth: 1, count: 1, kind: FaultKind::DropAfter });
        assert_eq!(ask(address, &request("Host: localhost\r\n")).await, None);
        assert!(ask(address, &request("Host: localhost\r\n")).await.is_some());
    });
}

#[test]
fn delays_move_the_sandbox_clock() {
    run(|sandbox, address| async move {
        let hour = Duration::from_secs(3600);
        sandbox.inject(Fault { matches: Match::Any, nth: 1, count: 1, kind: FaultKind::Delay(hour) });
        let before = sandbox.now();
        assert!(ask(address, &request("Host: localhost\r\n")).await.is_some());
        assert!(sandbox.now() >= before + hour);
    });
}

#[test]
fn refuses_a_large_body() {
    run(|_, address| async move {
        let head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n";
        assert!(ask(address, head).await.unwrap().starts_with("HTTP/1.1 413"));
    });
}

#[test]
fn only_on_loopback() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let error =
            serve(Arc::new(Sandbox::in_memory()), listener, std::future::pending()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    });
}
