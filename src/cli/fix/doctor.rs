//! `albctl doctor`: what is wrong now, and why.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::desk::{self, Desk, not_found};
use crate::aws::Served;
use crate::base::Diagnostic;
use crate::cli::again;
use crate::cli::args::Global;
use crate::cli::args_doctor::Doctor;
use crate::cli::args_fix::Names;
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::load::files;
use crate::doctor::finding::{APPLY, Finding};
use crate::doctor::{self, Asked, Chosen, Diagnosis, Options, Reason};
use crate::fix::Focus;
use crate::fix::find::Spot;
use crate::output::apply_text;
use crate::output::doctor_text;

/// Runs the command: exit 0 where nothing is wrong, 1 where something is.
///
/// # Errors
/// An unknown name, a host that nothing serves, a call that fails.
pub async fn run(app: &mut App, args: &Doctor) -> Result<Exit, Failure> {
    let spec = spec_of(args.what.as_deref())?;
    if spec.is_some() && args.names.spec.is_some() {
        let problem = Diagnostic::error("usage", "two specs are named");
        return Err(Failure::usage(problem.help("name one: albctl doctor SPEC")));
    }
    let word = args.what.clone().filter(|_| spec.is_none());
    let names = Names { spec: spec.or_else(|| args.names.spec.clone()) };
    let (session, known) = desk::connect(app, &names).await?;
    let desk = Desk::open(app, &session, known).await?;
    let Subject { balancer, asked, chosen } = subject(&app.global, &desk, word.as_deref()).await?;
    let focus = Focus {
        balancer: Some(balancer),
        settings: true,
        all_groups: true,
        certificates: true,
        ..Focus::default()
    };
    let site = desk.read(&focus).await?;
    let host = asked.as_ref().map(|asked| asked.host.as_str());
    let facts = site.whole.facts(&desk.reader, &desk.inventory, host).await;
    let facts = facts.map_err(|error| desk.failed(&error))?;
    let header = desk.header(&site.whole, &site.live);
    let own = desk.known.as_ref().filter(|_| desk.keys.balancer.as_deref() == Some(&facts.balancer.name));
    let spec = own.map(|known| known.spec.name.clone());
    let hints = app.global.verbose;
    let options = Options { asked, status: args.status, chosen, spec: spec.is_some(), hints };
    let mut diagnosis = doctor::diagnose(&facts, &options);
    for one in &mut diagnosis.findings {
        one.mend = one.mend.take().map(|words| command(&app.global, &words, spec.as_deref()));
        one.advice = one.advice.take().map(|words| again::placed(&app.global, &words));
    }
    app.ui.answer(&header.render(app.ui.out_look()));
    let exit = if diagnosis.is_wrong() { Exit::Failed } else { Exit::Done };
    if app.ui.is_json() {
        let answer = answer(header.to_json(), &diagnosis, &facts.notes, exit);
        app.ui.json(&answer);
        return Ok(exit);
    }
    let look = app.ui.out_look();
    app.ui.answer(&doctor_text::body(&diagnosis, args.status, &facts.notes, look));
    app.ui.answer(&format!("{}\n", doctor_text::not_looked_at(&diagnosis)));
    app.ui.answer_line(&apply_text::last_line(&doctor_text::verdict(&diagnosis), exit.code(), look));
    Ok(exit)
}

/// The spec that a word means: a file that is there, what can only be one, or a folder with a spec in it.
///
/// # Errors
/// A folder without a spec, unless it may as well be a name; one with several.
fn spec_of(word: Option<&str>) -> Result<Option<PathBuf>, Failure> {
    let Some(word) = word.filter(|word| !word.contains("://")) else { return Ok(None) };
    let path = Path::new(word);
    if !path.is_dir() {
        let by_name = word.ends_with(".yaml") || word.ends_with(".yml");
        return Ok((by_name || path.is_file()).then(|| path.to_path_buf()));
    }
    let mut found = files::find(&[path.to_path_buf()], None);
    match (found.pop(), found.len()) {
        (Some(Ok(_)), 0) => Ok(Some(path.to_path_buf())),
        (Some(Ok(last)), _) => {
            let message = format!("doctor takes one stack, and there are several specs in `{word}`");
            let problem = Diagnostic::error("usage", message);
            Err(Failure::usage(problem.help(format!("name one file: albctl doctor {}", last.name))))
        }
        // No load balancer's name begins with a dot or has a slash at an end.
        (Some(Err(why)), _) if word.starts_with(['/', '.']) || word.ends_with('/') => {
            Err(Failure::usage(*why.diagnostic))
        }
        (Some(Err(_)) | None, _) => Ok(None),
    }
}

/// What is looked at.
struct Subject {
    /// The load balancer, by its ARN.
    balancer: String,
    /// The host whose requests are followed.
    asked: Option<Asked>,
    /// Why it is this load balancer.
    chosen: Option<Chosen>,
}

impl Subject {
    fn plain(balancer: String) -> Self {
        Self { balancer, asked: None, chosen: None }
    }
}

/// The load balancer that is meant, and the host whose requests are followed.
async fn subject(global: &Global, desk: &Desk<'_>, word: Option<&str>) -> Result<Subject, Failure> {
    let Some(word) = word else { return Ok(Subject::plain(of_spec(global, desk)?)) };
    if let Ok(one) = desk.inventory.balancer(word, &desk.keys) {
        return Ok(Subject::plain(one.arn.clone()));
    }
    if let Some(asked) = Asked::parse(word) {
        // A URL may name the load balancer itself.
        if let Ok(one) = desk.inventory.balancer(&asked.host, &desk.keys) {
            let (load_balancer, host) = (one.name.clone(), asked.host.clone());
            let chosen = Chosen { load_balancer, host, because: Reason::OwnName, rivals: Vec::new() };
            return Ok(Subject { balancer: one.arn.clone(), asked: Some(asked), chosen: Some(chosen) });
        }
        return serving(desk, asked).await;
    }
    if word.contains("://") {
        let problem = Diagnostic::error("usage", format!("`{word}` is no http or https URL"));
        return Err(Failure::usage(problem.help("write https://HOST/PATH")));
    }
    match desk.spot(word)? {
        Spot::Balancer(arn) => Ok(Subject::plain(arn)),
        Spot::Listener { balancer, .. } | Spot::Rule { balancer, .. } => Ok(Subject::plain(balancer)),
        Spot::Group(arn) => {
            let group = desk.inventory.groups.iter().find(|one| one.arn == arn);
            let balancer = group.and_then(|group| group.balancers.first().cloned());
            Ok(Subject::plain(balancer.ok_or_else(|| unattached(word))?))
        }
    }
}

/// The load balancer of the spec.
fn of_spec(global: &Global, desk: &Desk<'_>) -> Result<String, Failure> {
    let Some(name) = &desk.keys.balancer else {
        let problem = Diagnostic::error("usage", "nothing says which load balancer");
        return Err(Failure::usage(problem.help("name one: albctl doctor LB, SPEC or HOST")));
    };
    let found = desk.inventory.balancers.iter().find(|one| one.name == *name);
    let spec = desk.known.as_ref().map_or("SPEC", |known| known.spec.name.as_str());
    let found = found.ok_or_else(|| {
        let message = format!("there is no load balancer `{name}` in {}", desk.inventory.region);
        not_found(vec![
            Diagnostic::error("not-found", message)
                .help(format!("make what {spec} wants: {}", again::command(global, "apply", spec))),
        ])
    })?;
    Ok(found.arn.clone())
}

fn unattached(word: &str) -> Failure {
    let message = format!("no load balancer forwards to `{word}`: it gets no requests");
    not_found(vec![
        Diagnostic::error("not-in-use", message).help("forward to it from a rule of a load balancer"),
    ])
}

/// The load balancer that serves a host.
async fn serving(desk: &Desk<'_>, asked: Asked) -> Result<Subject, Failure> {
    let host = asked.host.clone();
    let found = desk.serving(&host).await?;
    let Served { balancer, reason, rivals } = found.one().map_err(|candidates| {
        let names: Vec<&str> = desk
            .inventory
            .balancers
            .iter()
            .filter(|one| candidates.contains(&one.arn))
            .map(|one| one.name.as_str())
            .collect();
        let region = &desk.inventory.region;
        not_found(vec![match names.as_slice() {
            [] => Diagnostic::error("not-found", format!("no load balancer in {region} serves `{host}`"))
                .note("no rule and no certificate is for it, and its name leads to none of them")
                .help("name the load balancer: albctl doctor LB; another region: --region"),
            several => {
                let message = format!("{} load balancers may serve `{host}`", several.len());
                Diagnostic::error("ambiguous-name", message)
                    .note("each of them is for it, and its name leads to none of them")
                    .help(format!("name one: {}", several.join(", ")))
            }
        }])
    })?;
    let called = desk.inventory.balancers.iter().find(|one| one.arn == balancer);
    let load_balancer = called.map(|one| one.name.clone()).unwrap_or_default();
    let chosen = Chosen { load_balancer, host, because: reason, rivals };
    Ok(Subject { balancer, asked: Some(asked), chosen: Some(chosen) })
}

/// The whole command.
fn command(global: &Global, words: &str, spec: Option<&str>) -> String {
    match (words, spec) {
        (APPLY, Some(spec)) => again::command(global, "apply", spec),
        (words, _) => again::fix(global, words),
    }
}

fn answer(mut answer: Value, diagnosis: &Diagnosis, notes: &[String], exit: Exit) -> Value {
    let findings = |wanted: bool| -> Vec<&Finding> {
        diagnosis.findings.iter().filter(|one| one.counts() == wanted).collect()
    };
    answer["wrong"] = json!(diagnosis.is_wrong());
    answer["findings"] = json!(findings(true));
    answer["hints"] = json!(findings(false));
    answer["chosen"] = json!(diagnosis.chosen);
    answer["walk"] = json!(diagnosis.walk);
    answer["notes"] = json!(notes);
    answer["not_looked_at"] = json!(doctor_text::not_looked_at_list(diagnosis));
    answer["exit_code"] = json!(exit.code());
    answer
}
