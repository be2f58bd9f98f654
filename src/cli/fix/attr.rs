//! `albctl attr get|set`.

use super::carry;
use super::desk::{self, Desk, Site, not_found};
use crate::base::Diagnostic;
use crate::cli::args_attr::{Attr, AttrGet, AttrSet};
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupts;
use crate::fix::attr::{self, Problem};
use crate::fix::find::{Spot, Which};
use crate::fix::{Focus, place, stickiness};
use crate::kinds::listener::{self, Listener};
use crate::kinds::{Live, Resource, load_balancer};
use crate::model::ResourceId;
use crate::output::attr_text;

/// Runs the command.
///
/// # Errors
/// An unknown name or key, a value that AWS would refuse, a call that fails.
pub async fn run(app: &mut App, command: &Attr, interrupts: &Interrupts) -> Result<Exit, Failure> {
    match command {
        Attr::Get(args) => get(app, args).await,
        Attr::Set(args) => set(app, args, interrupts).await,
    }
}

async fn get(app: &mut App, args: &AttrGet) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &args.names).await?;
    let desk = Desk::open(app, &session, known).await?;
    let (site, id) = read(&desk, &args.name).await?;
    let resource = resource(&site.live, &id, &args.name)?;
    let facts = match args.keys.as_slice() {
        [] => attr::facts(resource),
        keys => attr::named(&id, &args.name, resource, keys).map_err(usage)?,
    };
    app.ui.answer(&site.header.render(app.ui.out_look()));
    app.ui.answer(&attr_text::table(&id, &resource.label(), &facts, app.ui.out_look()));
    if let [only] = facts.as_slice() {
        app.ui.answer_line(&attr_text::line(only));
    } else {
        app.ui.answer_line(&attr_text::counted(&facts));
    }
    if app.ui.is_json() {
        let mut answer = site.header.to_json();
        answer["id"] = serde_json::json!(id);
        answer["attributes"] = attr_text::to_json(&facts);
        answer["exit_code"] = serde_json::json!(Exit::Done.code());
        app.ui.json(&answer);
    }
    Ok(Exit::Done)
}

async fn set(app: &mut App, args: &AttrSet, interrupts: &Interrupts) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &args.fixing.known()).await?;
    let desk = Desk::open(app, &session, known).await?;
    let (site, id) = read(&desk, &args.name).await?;
    resource(&site.live, &id, &args.name)?;
    let fix = attr::set(&site.live, &id, &args.name, &args.values).map_err(|problem| match problem {
        Problem::Usage(problems) => usage(problems),
        // A value that nobody can use is a mistake of the command line; what does not go together is refused.
        Problem::Refused(problems) if problems.iter().any(is_mistake) => usage(problems),
        Problem::Refused(problems) => Failure::refused(problems),
    })?;
    let carried = carry::out(app, &desk, site, fix, &args.fixing, interrupts).await?;
    Ok(carried.told(app))
}

fn is_mistake(one: &Diagnostic) -> bool {
    ["out-of-range", "bad-value"].contains(&one.code)
}

fn usage(problems: Vec<Diagnostic>) -> Failure {
    Failure::new(Exit::Usage, problems)
}

/// Reads what a word means, and no more than is needed of the rest.
async fn read(desk: &Desk<'_>, word: &str) -> Result<(Site, ResourceId), Failure> {
    match desk.spot(word)? {
        Spot::Group(arn) => {
            let group = desk.inventory.groups.iter().find(|one| one.arn == arn);
            let balancer = group.and_then(|one| one.balancers.first().cloned());
            let groups = [arn.clone()].into();
            let site = desk.read(&Focus { balancer, groups, ..Focus::default() }).await?;
            let unread = || group.map_or_else(|| gone(word), |group| not_found(vec![group.unread()]));
            let id = stickiness::id_of(&site.live, &arn).ok_or_else(unread)?;
            Ok((site, id))
        }
        Spot::Balancer(arn) => {
            let site = desk.read(&Focus { balancer: Some(arn), settings: true, ..Focus::default() }).await?;
            Ok((site, load_balancer::id()))
        }
        Spot::Listener { balancer, which } => {
            let focus = Focus { balancer: Some(balancer), listener_attributes: true, ..Focus::default() };
            let site = desk.read(&focus).await?;
            match listener_of(&site.live, &which) {
                Ok(id) => Ok((site, id)),
                Err(others) => Err(no_listener(word, &others)),
            }
        }
        Spot::Rule { .. } => {
            let message = format!("`{word}` is a rule, and rules have no attributes");
            let help = "name its listener, its load balancer or its target group";
            Err(Failure::usage(Diagnostic::error("wrong-kind", message).help(help)))
        }
    }
}

/// The listener, else the ports of all that there are.
fn listener_of(live: &Live, which: &Which<u16>) -> Result<ResourceId, Vec<u16>> {
    let is_it = |(id, model): &(&ResourceId, &Listener)| match which {
        Which::Number(port) => model.port == *port,
        Which::Arn(arn) => live.resources.get(*id).is_some_and(|one| one.arn == *arn),
        Which::Key(key) => **id == listener::id(key),
    };
    let found = place::listeners(live).find(is_it).map(|(id, _)| id.clone());
    found.ok_or_else(|| place::listeners(live).map(|(_, model)| model.port).collect())
}

fn no_listener(word: &str, others: &[u16]) -> Failure {
    let diagnostic = Diagnostic::error("not-found", format!("there is no listener `{word}`"));
    let ports: Vec<String> = others.iter().map(|port| format!(":{port}")).collect();
    not_found(vec![match ports.is_empty() {
        true => diagnostic.note("the load balancer has no listeners at all"),
        false => diagnostic.help(format!("it has listeners on {}", ports.join(", "))),
    }])
}

fn resource<'a>(live: &'a Live, id: &ResourceId, word: &str) -> Result<&'a Resource, Failure> {
    live.resources.get(id).map(|one| &one.resource).ok_or_else(|| gone(word))
}

fn gone(word: &str) -> Failure {
    let message = format!("`{word}` is not there, or went meanwhile");
    not_found(vec![Diagnostic::error("not-found", message)])
}
