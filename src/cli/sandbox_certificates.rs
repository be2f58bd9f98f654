//! `albctl sandbox certificate`: certificates of ACM that specs can `use`.

use serde_json::{Value, json};

use super::args_sandbox::Certificate;
use super::context::App;
use super::exit::Exit;
use super::failure::Failure;
use super::sandbox_zones::answer;
use crate::aws::SANDBOX_REGION;
use crate::base::Diagnostic;

/// Makes or lists certificates.
///
/// # Errors
/// The sandbox cannot be opened; a name is none.
pub fn run(app: &mut App, command: &Certificate) -> Result<Exit, Failure> {
    match command {
        Certificate::Create { names } => create(app, names),
        Certificate::List => list(app),
    }
}

fn create(app: &mut App, names: &[String]) -> Result<Exit, Failure> {
    let plain = |name: &str| name.strip_prefix("*.").unwrap_or(name).to_owned();
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|one| one.is_ascii_alphanumeric() || "-_".contains(one))
    };
    let is_name = |name: &str| name.contains('.') && plain(name).split('.').all(label);
    if let Some(bad) = names.iter().find(|name| !is_name(name)) {
        let diagnostic = Diagnostic::error("certificate", format!("`{bad}` is not a domain name"));
        return Err(Failure::usage(diagnostic.help("such as example.com, or *.example.com")));
    }
    let region = app.global.region.clone().unwrap_or_else(|| SANDBOX_REGION.to_owned());
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let arn = app.change_sandbox(|state| state.create_certificate(&region, &all))?;
    answer(app, "certificate", &json!({ "arn": arn, "names": names }));
    app.ui.answer_line(&format!("Created {arn}  {}", names.join(", ")));
    Ok(Exit::Done)
}

fn list(app: &mut App) -> Result<Exit, Failure> {
    let certificates = app.change_sandbox(|state| state.certificates())?;
    let all: Vec<Value> =
        certificates.iter().map(|(arn, names)| json!({ "arn": arn, "names": names })).collect();
    answer(app, "certificates", &Value::Array(all));
    for (arn, names) in &certificates {
        app.ui.answer_line(&format!("{arn}  {}", names.join(", ")));
    }
    if certificates.is_empty() {
        app.ui.answer_line("The sandbox has no certificates in ACM.");
    }
    Ok(Exit::Done)
}
