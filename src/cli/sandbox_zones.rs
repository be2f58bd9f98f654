//! `albctl sandbox zone`: the hosted zones that DNS records of specs can go to.

use albctl_sandbox::State;
use albctl_sandbox::state::route53::{HostedZone, Vpc};
use serde_json::{Value, json};

use super::args_sandbox::Zone;
use super::context::App;
use super::exit::Exit;
use super::failure::Failure;
use crate::aws::SANDBOX_REGION;
use crate::base::Diagnostic;
use crate::output::plan_json;

/// Makes, lists or deletes hosted zones.
///
/// # Errors
/// The sandbox cannot be opened; a name is none; a zone is not there, or there are several.
pub fn run(app: &mut App, command: &Zone) -> Result<Exit, Failure> {
    match command {
        Zone::Create { name, private } => create(app, name, private.as_deref()),
        Zone::List => list(app),
        Zone::Delete { zone } => delete(app, zone),
    }
}

fn create(app: &mut App, name: &str, private: Option<&str>) -> Result<Exit, Failure> {
    let region = app.global.region.clone().unwrap_or_else(|| SANDBOX_REGION.to_owned());
    let vpc = private.map(|vpc| vpc_of(vpc, region)).transpose()?;
    let made = app.change_sandbox(|state| {
        let id = state.create_zone(name, vpc)?;
        Ok(state.route53.zones.get(&id).cloned().map(|zone| (id, zone)))
    })?;
    let made = made.map_err(|why: String| {
        let message = format!("`{name}` is not a domain name: {why}");
        Failure::usage(Diagnostic::error("zone", message))
    })?;
    if let Some((id, zone)) = made {
        answer(app, "zone", &zone_json(&id, &zone));
        app.ui.answer_line(&format!("Created {}", line(&id, &zone)));
    }
    Ok(Exit::Done)
}

fn vpc_of(id: &str, region: String) -> Result<Vpc, Failure> {
    if id.starts_with("vpc-") {
        return Ok(Vpc { id: id.to_owned(), region });
    }
    let message = format!("`{id}` is not the id of a VPC");
    Err(Failure::usage(Diagnostic::error("zone", message).help("such as vpc-0a1b2c3d")))
}

fn list(app: &mut App) -> Result<Exit, Failure> {
    let zones = app.change_sandbox(|state| state.route53.zones.clone())?;
    let all: Vec<Value> = zones.iter().map(|(id, zone)| zone_json(id, zone)).collect();
    answer(app, "zones", &Value::Array(all));
    for (id, zone) in &zones {
        app.ui.answer_line(&line(id, zone));
    }
    if zones.is_empty() {
        app.ui.answer_line("The sandbox has no hosted zones.");
    }
    Ok(Exit::Done)
}

fn delete(app: &mut App, named: &str) -> Result<Exit, Failure> {
    let gone = app.change_sandbox(|state: &mut State| {
        let found = state.zones_named(named);
        match found.as_slice() {
            [id] => state.route53.zones.remove(id).map(|zone| (id.clone(), zone)).ok_or(found),
            _ => Err(found),
        }
    })?;
    let (id, zone) = gone.map_err(|found| not_one(named, &found))?;
    answer(app, "deleted", &zone_json(&id, &zone));
    app.ui.answer_line(&format!("Deleted {}", line(&id, &zone)));
    Ok(Exit::Done)
}

fn not_one(named: &str, found: &[String]) -> Failure {
    if found.is_empty() {
        let message = format!("the sandbox has no hosted zone `{named}`");
        return Failure::failed(Diagnostic::error("zone", message).help("albctl sandbox zone list"));
    }
    let message = format!("{} hosted zones are named `{named}`", found.len());
    let diagnostic = Diagnostic::error("zone", message).note(format!("they are {}", found.join(", ")));
    Failure::usage(diagnostic.help("name the one by its id"))
}

/// `Z6A540DF4C9636578  example.com.  public  2 records`.
fn line(id: &str, zone: &HostedZone) -> String {
    let vpcs: Vec<&str> = zone.vpcs.iter().map(|vpc| vpc.id.as_str()).collect();
    let kind = if vpcs.is_empty() { "public".to_owned() } else { format!("private of {}", vpcs.join(", ")) };
    format!("{id}  {}  {kind}  {} records", zone.name, zone.records.len())
}

fn zone_json(id: &str, zone: &HostedZone) -> Value {
    let vpcs: Vec<&str> = zone.vpcs.iter().map(|vpc| vpc.id.as_str()).collect();
    json!({ "id": id, "name": zone.name, "vpcs": vpcs, "records": zone.records.len() })
}

/// The answer for programs.
pub(super) fn answer(app: &mut App, name: &str, value: &Value) {
    if app.ui.is_json() {
        app.ui.json(&json!({ "format_version": plan_json::FORMAT_VERSION, name: value }));
    }
}
