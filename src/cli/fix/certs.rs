//! `albctl cert list|show|attach|detach|rotate`.

mod named;

use serde_json::json;

use super::carry;
use super::desk::{self, Desk, Site, not_found};
use super::keeping_certs;
use crate::aws;
use crate::base::{Diagnostic, Level};
use crate::cli::args_cert::{Cert, CertList, CertShow};
use crate::cli::args_fix::Fixing;
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupts;
use crate::fix::certs::{self, All, Known, Meant, Request, UNCOVERED};
use crate::fix::find::Spot;
use crate::fix::{Fix, Focus};
use crate::kinds::certificate;
use crate::kinds::tagging::ownership;
use crate::model::ResourceId;
use crate::output::certs_json;
use crate::output::certs_list;
use crate::output::certs_text::{self, Shown};

/// Runs the command.
///
/// # Errors
/// An unknown name, what is unsafe or AWS would refuse, a call that fails.
pub async fn run(app: &mut App, command: &Cert, interrupts: &Interrupts) -> Result<Exit, Failure> {
    match command {
        Cert::List(args) => list(app, args).await,
        Cert::Show(args) => match &args.place {
            Some(place) => client(app, args, place).await,
            None => show(app, args).await,
        },
        Cert::Attach(args) => {
            let change = Change::Attach { new: &args.certificate, default: args.default };
            set(app, &args.place, &change, &args.fixing, interrupts).await
        }
        Cert::Detach(args) => {
            let change = Change::Detach { old: &args.certificate };
            set(app, &args.place, &change, &args.fixing, interrupts).await
        }
        Cert::Rotate(args) => {
            let change = Change::Rotate { old: &args.old, new: &args.new };
            set(app, &args.place, &change, &args.fixing, interrupts).await
        }
    }
}

/// What is to be done, in the words of the command line.
enum Change<'a> {
    Attach { new: &'a str, default: bool },
    Detach { old: &'a str },
    Rotate { old: &'a str, new: &'a str },
}

/// A load balancer with its certificates, read.
struct Read {
    site: Site,
    ids: Vec<ResourceId>,
    all: All,
}

async fn read(desk: &Desk<'_>, word: &str, one: bool) -> Result<Read, Failure> {
    // Target groups have no certificates: one of the same name is not meant.
    let balancer = desk.inventory.balancer(word, &desk.keys).ok().filter(|_| !word.contains('/'));
    let spot = match balancer {
        Some(one) => Spot::Balancer(one.arn.clone()),
        None => desk.spot(word)?,
    };
    let balancer = match &spot {
        Spot::Balancer(arn) => arn,
        Spot::Listener { balancer, .. } | Spot::Rule { balancer, .. } => balancer,
        Spot::Group(_) => {
            let message = format!("`{word}` is a target group, and those have no certificates");
            let help = "name LB or LB/PORT, such as shop/443";
            return Err(not_found(vec![Diagnostic::error("wrong-kind", message).help(help)]));
        }
    };
    let focus = Focus { balancer: Some(balancer.clone()), certificates: true, ..Focus::default() };
    let site = desk.read(&focus).await?;
    let found = match one {
        true => certs::listener(&site.live, &spot, word).map(|id| vec![id]),
        false => certs::listeners(&site.live, &spot, word),
    };
    let ids = found.map_err(|problem| not_found(vec![problem]))?;
    Ok(Read { site, ids, all: All::new() })
}

impl Read {
    /// Reads the certificates of the listeners, and others.
    async fn certificates(&mut self, desk: &Desk<'_>, more: &[String]) -> Result<(), Failure> {
        let models = self.ids.iter().filter_map(|id| certs::model(&self.site.live, id));
        let mut arns: Vec<String> = models.flat_map(certs::arns).chain(more.iter().cloned()).collect();
        arns.sort();
        arns.dedup();
        let read = aws::certificate_facts(&desk.reader, &arns).await;
        self.all = read.map_err(|error| desk.failed(&error))?;
        self.site.header = desk.header(&self.site.whole, &self.site.live);
        Ok(())
    }
}

async fn list(app: &mut App, args: &CertList) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &args.names).await?;
    let desk = Desk::open(app, &session, known).await?;
    let mut read = read(&desk, &args.place, false).await?;
    read.certificates(&desk, &[]).await?;
    let look = app.ui.out_look();
    let listeners = certs_list::listeners(&read.site.live, &read.ids, &read.all);
    app.ui.answer(&read.site.header.render(look));
    app.ui.answer(&certs_text::list(&listeners, look));
    app.ui.answer_line(&certs_text::list_line(&listeners, look));
    if app.ui.is_json() {
        let mut answer = read.site.header.to_json();
        answer["listeners"] = certs_json::listeners(&listeners);
        answer["exit_code"] = json!(Exit::Done.code());
        app.ui.json(&answer);
    }
    Ok(Exit::Done)
}

/// A certificate by itself.
async fn show(app: &mut App, args: &CertShow) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &args.names).await?;
    let desk = Desk::open(app, &session, known).await?;
    let arn = named::any(&desk, &args.what).await?;
    let read = aws::certificate_facts(&desk.reader, std::slice::from_ref(&arn)).await;
    let facts = match read.map_err(|error| desk.failed(&error))?.remove(&arn) {
        Some(Known::Found(facts)) => facts,
        Some(Known::Denied) => return Err(Failure::failed(named::denied(&arn))),
        Some(Known::Gone) | None => return Err(not_found(vec![named::missing(&args.what)])),
    };
    let now = desk.now();
    let shown = Shown { facts: &facts, now };
    let look = app.ui.out_look();
    let header = desk.titled(&facts.domain);
    app.ui.answer(&header.render(look));
    app.ui.answer(&certs_text::one(&shown, look));
    app.ui.answer_line(&certs_text::one_line(&shown, look));
    if app.ui.is_json() {
        let mut answer = header.to_json();
        answer["certificate"] = certs_json::facts(&facts, now);
        answer["exit_code"] = json!(Exit::Done.code());
        app.ui.json(&answer);
    }
    Ok(Exit::Done)
}

/// What a client gets that asks for a host.
async fn client(app: &mut App, args: &CertShow, place: &str) -> Result<Exit, Failure> {
    let host = args.what.trim_end_matches('.').to_ascii_lowercase();
    if !certs::is_host(&host) || host.starts_with('*') {
        let message = format!("`{}` is no host that a client can ask for", args.what);
        let help = "with a load balancer name a host, such as api.example.com; a certificate stands alone";
        return Err(Failure::usage(Diagnostic::error("bad-value", message).help(help)));
    }
    let (session, known) = desk::connect(app, &args.names).await?;
    let desk = Desk::open(app, &session, known).await?;
    let mut read = read(&desk, place, true).await?;
    read.certificates(&desk, &[]).await?;
    let Some(listener) = read.ids.first().and_then(|id| certs::model(&read.site.live, id)) else {
        return Err(not_found(vec![named::missing(place)]));
    };
    let Some((default, list)) = certs::chooser(listener, &read.all) else {
        let unread = read.all.iter().filter(|(_, one)| one.facts().is_none()).map(|(arn, _)| arn.clone());
        let message = format!("what `{host}` gets cannot be told: not all certificates can be read");
        let diagnostic = Diagnostic::error("certificate-unread", message);
        return Err(Failure::failed(unread.fold(diagnostic, Diagnostic::note)));
    };
    let now = read.site.live.now;
    let choice = certs::choose(&host, default, &list, now);
    let look = app.ui.out_look();
    let port = listener.port;
    let shown = certs_text::Client { host: &host, port, choice: &choice, default, listed: list.len(), now };
    app.ui.answer(&read.site.header.render(look));
    app.ui.answer(&certs_text::client(&shown, look));
    app.ui.answer_line(&certs_text::client_line(&shown, look));
    if app.ui.is_json() {
        let mut answer = read.site.header.to_json();
        answer["client"] = certs_json::client(&shown);
        answer["exit_code"] = json!(Exit::Done.code());
        app.ui.json(&answer);
    }
    Ok(Exit::Done)
}

async fn set(
    app: &mut App,
    place: &str,
    change: &Change<'_>,
    fixing: &Fixing,
    interrupts: &Interrupts,
) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &fixing.known()).await?;
    let desk = Desk::open(app, &session, known).await?;
    let mut read = read(&desk, place, true).await?;
    let new = match change {
        Change::Attach { new, .. } | Change::Rotate { new, .. } => Some(*new),
        Change::Detach { .. } => None,
    };
    let new = match new {
        Some(word) => Some(named::any(&desk, word).await?),
        None => None,
    };
    read.certificates(&desk, new.as_slice()).await?;
    let Read { mut site, ids, all } = read;
    let Some(id) = ids.first() else { return Err(not_found(vec![named::missing(place)])) };
    let fix = {
        let allowed = fixing.allow.iter().any(|code| code == UNCOVERED);
        let request = Request { live: &site.live, id, all: &all, now: site.live.now, allowed };
        fix(request, change, new.as_deref())?
    };
    site.meant = meant(&desk, &site, id, &all).await?;
    site.header = desk.header(&site.whole, &site.live);
    let carried = carry::out(app, &desk, site, fix, fixing, interrupts).await?;
    if app.ui.is_json() {
        app.ui.json(&carried.json);
    }
    Ok(carried.exit)
}

/// Which certificates the spec of the stack that owns the listener means: only asked where it has names of its own for
/// them.
async fn meant(desk: &Desk<'_>, site: &Site, id: &ResourceId, all: &All) -> Result<Meant, Failure> {
    let tags = site.live.resources.get(id).map(|one| &one.tags);
    let stack = tags.and_then(|tags| tags.get(ownership::STACK));
    let known = desk.known.as_ref().filter(|known| Some(&known.desired.stack) == stack);
    let Some(known) = known else { return Ok(Meant::default()) };
    let own = known.desired.resources.keys().any(|id| id.kind() == certificate::KIND);
    let arns: Vec<String> = if own { all.keys().cloned().collect() } else { Vec::new() };
    let domains = keeping_certs::domains(known);
    let meant = aws::meant(&desk.reader, &known.desired.stack, &arns, &domains).await;
    meant.map_err(|error| desk.failed(&error))
}

fn fix(request: Request<'_>, change: &Change<'_>, new: Option<&str>) -> Result<Fix, Failure> {
    let region =
        |arn: &str| named::elsewhere(arn, &request.live.region).map_or(Ok(()), |it| Err(refused(vec![it])));
    let old = |word: &str| named::attached(request, word).map_err(|problem| not_found(vec![problem]));
    let made = match (change, new) {
        (Change::Attach { default, .. }, Some(new)) => {
            region(new)?;
            certs::attach(request, new, *default)
        }
        (Change::Rotate { old: word, .. }, Some(new)) => {
            region(new)?;
            certs::rotate(request, &old(word)?, new)
        }
        (Change::Detach { old: word }, _) => certs::detach(request, &old(word)?),
        (Change::Attach { .. } | Change::Rotate { .. }, None) => return Err(not_found(Vec::new())),
    };
    made.map_err(refused)
}

/// A refusal as unsafe, or a plain failure where nothing but the name is wrong.
fn refused(problems: Vec<Diagnostic>) -> Failure {
    let exit = match problems.iter().any(|one| one.level == Level::Refused) {
        true => Exit::Refused,
        false => Exit::Failed,
    };
    Failure::new(exit, problems)
}
