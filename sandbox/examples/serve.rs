//! `cargo run -p albctl-sandbox --example serve -- PORT [SPEED]`: a new sandbox on loopback, until Ctrl-C.

use std::error::Error;
use std::sync::Arc;

use albctl_sandbox::{Sandbox, serve::serve};
use tokio::net::TcpListener;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().ok_or("usage: serve PORT [SPEED]")?.parse()?;
    let speed: f64 = arguments.next().map_or(Ok(1.0), |text| text.parse())?;
    let sandbox = Arc::new(Sandbox::in_memory());
    sandbox.follow_wall_clock(speed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let interrupt = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
        serve(sandbox, listener, interrupt).await
    })?;
    Ok(())
}
