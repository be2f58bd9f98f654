//! `albctl weights RULE [GROUP=WEIGHT...]`, and by a word `show` and `set`.

use std::collections::BTreeSet;

use serde_json::json;

use super::carry;
use super::desk::{self, Desk, Site, not_found};
use crate::base::{Diagnostic, Level};
use crate::cli::answers;
use crate::cli::args_fix::Names;
use crate::cli::args_weights::{Weights, WeightsCommand, WeightsDirect, WeightsSet};
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupts;
use crate::fix::find::{Group, Inventory, Spot};
use crate::fix::weights::{self, Refusal};
use crate::fix::{Focus, place};
use crate::kinds::action::GroupKey;
use crate::kinds::{Live, target_group};
use crate::model::ResourceId;
use crate::output::weights_text::{self, Shown};

/// Runs the command.
///
/// # Errors
/// An unknown name, shares that make no sense, what is unsafe, a call that fails.
pub async fn run(app: &mut App, command: &Weights, interrupts: &Interrupts) -> Result<Exit, Failure> {
    match &command.command {
        Some(WeightsCommand::Show(args)) => show(app, &args.rules, &args.names).await,
        Some(WeightsCommand::Set(args)) => set(app, args, interrupts).await,
        None => direct(app, &command.direct, interrupts).await,
    }
}

async fn direct(app: &mut App, args: &WeightsDirect, interrupts: &Interrupts) -> Result<Exit, Failure> {
    let Some(rule) = &args.rule else {
        let problem = Diagnostic::error("usage", "nothing says which rule");
        return Err(Failure::usage(problem.help("name one: albctl weights LB/PORT/PRIORITY")));
    };
    if args.shares.is_empty() {
        return show(app, std::slice::from_ref(rule), &args.fixing.known()).await;
    }
    let (rule, shares, fixing) = (rule.clone(), args.shares.clone(), args.fixing.clone());
    set(app, &WeightsSet { rule, shares, fixing }, interrupts).await
}

async fn set(app: &mut App, args: &WeightsSet, interrupts: &Interrupts) -> Result<Exit, Failure> {
    let numbers = weights::weights(&args.shares).map_err(Failure::usage)?;
    let (session, known) = desk::connect(app, &args.fixing.known()).await?;
    let desk = Desk::open(app, &session, known).await?;
    let spot = desk.spot(&args.rule)?;
    let balancer = balancer(&spot, &args.rule)?.to_owned();
    let words: Vec<&str> = args.shares.iter().map(|share| share.group.as_str()).collect();
    let named: Vec<Result<&Group, Diagnostic>> =
        words.iter().map(|word| named(&desk, &balancer, word)).collect();
    let groups = named.iter().flatten().map(|group| group.arn.clone()).collect();
    // A word that is no name may be a key in tags, which all groups have to be asked for.
    let all_groups = named.iter().any(Result::is_err);
    let focus = Focus { balancer: Some(balancer.clone()), groups, all_groups, ..Focus::default() };
    let (site, id) = read(&desk, &spot, &args.rule, &focus).await?;
    let keys = keys(&site.live, &id, &balancer, named, &words)?;
    let wanted: Vec<(GroupKey, u32)> = keys.into_iter().zip(numbers).collect();
    let allowed = args.fixing.allow.iter().any(|code| code == "no-healthy-target");
    let fix = weights::set(&site.live, &id, &wanted, allowed).map_err(|refusal| match refusal {
        Refusal::Usage(problem) => Failure::usage(problem),
        Refusal::Unsafe(problems) => refused(problems),
    })?;
    let carried = carry::out(app, &desk, site, fix, &args.fixing, interrupts).await?;
    if app.ui.is_json() {
        app.ui.json(&carried.json);
    }
    Ok(carried.exit)
}

async fn show(app: &mut App, words: &[String], names: &Names) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, names).await?;
    let desk = Desk::open(app, &session, known).await?;
    let mut told = Vec::new();
    for word in words {
        let spot = desk.spot(word)?;
        let balancer = Some(balancer(&spot, word)?.to_owned());
        let (site, id) = read(&desk, &spot, word, &Focus { balancer, ..Focus::default() }).await?;
        let (groups, stickiness) =
            weights::forward(&site.live, &id).map_err(|problem| refused(vec![problem]))?;
        let shown = Shown {
            place: place::words(&site.live, &id),
            rows: weights::rows(&site.live, groups),
            group_stickiness: stickiness,
            effect: weights::clients(groups, stickiness)
                .into_iter()
                .chain(weights::first(&site.live, &id))
                .collect(),
        };
        let look = app.ui.out_look();
        if words.len() > 1 {
            app.ui.begin(word);
        }
        app.ui.answer(&site.header.render(look));
        app.ui.answer(&weights_text::body(&shown, look));
        app.ui.answer_line(&weights_text::line(&shown, look));
        let mut answer = site.header.to_json();
        answer["rule"] = json!(id);
        answer["forward"] = weights_text::json(&shown);
        answer["group_stickiness"] = json!(stickiness);
        answer["problems"] = json!(shown.problems());
        answer["exit_code"] = json!(Exit::Done.code());
        told.push(answer);
    }
    if app.ui.is_json() {
        app.ui.json(&answers::results(told, Exit::Done));
    }
    Ok(Exit::Done)
}

/// Reads a load balancer as far as it is in focus, and the groups that the rule has today.
async fn read(
    desk: &Desk<'_>,
    spot: &Spot,
    word: &str,
    focus: &Focus,
) -> Result<(Site, ResourceId), Failure> {
    let mut site = desk.read(focus).await?;
    let id = place::route(&site.live, spot, word).map_err(|problem| not_found(vec![problem]))?;
    let forward = place::action(&site.live, &id).map(|action| action.groups()).unwrap_or_default();
    let unread: BTreeSet<String> =
        forward.iter().filter_map(|one| one.group.foreign_arn().map(str::to_owned)).collect();
    if !unread.is_empty() {
        desk.read_also(&mut site, focus, &unread).await?;
    }
    Ok((site, id))
}

fn balancer<'s>(spot: &'s Spot, word: &str) -> Result<&'s str, Failure> {
    match spot {
        Spot::Listener { balancer, .. } | Spot::Rule { balancer, .. } => Ok(balancer),
        Spot::Group(_) | Spot::Balancer(_) => Err(not_found(vec![place::no_route(word)])),
    }
}

/// The group that a word means: one that the load balancer has or may have, before all others.
fn named<'d>(desk: &'d Desk<'_>, balancer: &str, word: &str) -> Result<&'d Group, Diagnostic> {
    let near = |one: &&Group| one.balancers.is_empty() || one.balancers.iter().any(|arn| arn == balancer);
    let groups: Vec<Group> = desk.inventory.groups.iter().filter(near).cloned().collect();
    let own = Inventory { groups, region: desk.inventory.region.clone(), ..Inventory::default() };
    let found = own.group(word, &desk.keys).map(|group| group.arn.clone());
    let found = found.or_else(|near| match desk.inventory.group(word, &desk.keys) {
        Ok(group) => Ok(group.arn.clone()),
        Err(_) if near.code == "ambiguous-name" => Err(near),
        Err(all) => Err(all),
    })?;
    let gone = || Diagnostic::error("not-found", format!("there is no target group `{word}`"));
    desk.inventory.groups.iter().find(|one| one.arn == found).ok_or_else(gone)
}

/// The groups by the keys under which they were read; each once, and each one that AWS would take.
fn keys(
    live: &Live,
    id: &ResourceId,
    balancer: &str,
    named: Vec<Result<&Group, Diagnostic>>,
    words: &[&str],
) -> Result<Vec<GroupKey>, Failure> {
    let today = place::action(live, id).map(|action| action.groups()).unwrap_or_default();
    let (mut keys, mut problems): (Vec<GroupKey>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for (group, word) in named.into_iter().zip(words) {
        let by_tag = target_group::id(word.strip_prefix("target_group/").unwrap_or(word));
        let key = match group {
            Ok(group) => {
                let known = live.resources.iter().find(|(_, one)| one.arn == group.arn);
                let key = known.map_or_else(|| group.arn.clone(), |(id, _)| id.key().to_owned());
                let key = GroupKey(key);
                if !today.iter().any(|one| one.group == key) {
                    problems.extend(weights::unfit(live, group, balancer));
                }
                key
            }
            Err(_) if live.resources.contains_key(&by_tag) => GroupKey(by_tag.key().to_owned()),
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        if keys.contains(&key) {
            let message = format!("`{word}` is target group {key}, which is named before");
            return Err(Failure::usage(Diagnostic::error("bad-value", message)));
        }
        keys.push(key);
    }
    if problems.is_empty() { Ok(keys) } else { Err(refused(problems)) }
}

/// A refusal as unsafe, or a plain failure where nothing but the name is wrong.
fn refused(problems: Vec<Diagnostic>) -> Failure {
    let exit = match problems.iter().any(|one| one.level == Level::Refused) {
        true => Exit::Refused,
        false => Exit::Failed,
    };
    Failure::new(exit, problems)
}
