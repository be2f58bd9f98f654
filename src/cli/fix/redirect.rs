//! `albctl redirect enable|disable`.

use super::carry;
use super::desk::{self, Desk, not_found};
use crate::base::Diagnostic;
use crate::cli::args_redirect::{Redirect, RedirectDisable, RedirectEnable};
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupts;
use crate::doctor::facts::SecurityGroup;
use crate::doctor::network::{self, Inbound};
use crate::fix::find::{Balancer, Group};
use crate::fix::redirect::{self, Enable, Instead};
use crate::fix::{Fix, Focus, stickiness, weights};
use crate::kinds::action::GroupKey;
use crate::kinds::load_balancer::model::Scheme;
use crate::kinds::{Live, Resource, load_balancer};
use crate::plan::NO_HEALTHY_TARGET;

/// Runs the command.
///
/// # Errors
/// An unknown name, what is refused, a call that fails.
pub async fn run(app: &mut App, command: &Redirect, interrupts: &Interrupts) -> Result<Exit, Failure> {
    match command {
        Redirect::Enable(args) => enable(app, args, interrupts).await,
        Redirect::Disable(args) => disable(app, args, interrupts).await,
    }
}

async fn enable(app: &mut App, args: &RedirectEnable, interrupts: &Interrupts) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &args.fixing.known()).await?;
    let desk = Desk::open(app, &session, known).await?;
    let balancer = desk.balancer(&args.balancer)?;
    let arn = Some(balancer.arn.clone());
    let focus = Focus { balancer: arn, settings: true, all_groups: true, ..Focus::default() };
    let (site, groups) = tokio::try_join!(desk.read(&focus), desk.security_groups(&balancer.arn))?;
    let wanted = Enable {
        name: &balancer.name,
        port: args.port,
        to_port: args.to_port,
        status: if args.status == "302" { 302 } else { 301 },
        all_rules: args.rules,
    };
    let mut fix = redirect::enable(&site.live, wanted).map_err(Failure::refused)?;
    let groups = groups.filter(|groups| !groups.is_empty());
    who_gets_in(&mut fix, &site.live, groups.as_deref(), &balancer, args.port);
    let carried = carry::out(app, &desk, site, fix, &args.fixing, interrupts).await?;
    Ok(carried.told(app))
}

/// A redirect is for nobody where the security groups keep clients out.
fn who_gets_in(fix: &mut Fix, live: &Live, groups: Option<&[SecurityGroup]>, balancer: &Balancer, port: u16) {
    let is_new = fix.desired.resources.len() > live.resources.len();
    let Some(groups) = groups else {
        if is_new {
            fix.effect.push(format!(
                "The load balancer's security groups could not be looked at: clients reach :{port} only if they allow it."
            ));
        }
        return;
    };
    match network::inbound(groups, port) {
        Inbound::Everybody => {}
        Inbound::These(sources) => fix.effect.push(format!(
            "Only {} can connect to :{port}: so the inbound rules of {} say.",
            sources.join(", "),
            network::ids(groups)
        )),
        Inbound::Nobody => {
            let message = format!(
                "no inbound rule of {} lets anybody in on port {port}: clients time out before they are redirected",
                network::ids(groups)
            );
            let facing = matches!(
                live.resources.get(&load_balancer::id()).map(|one| &one.resource),
                Some(Resource::LoadBalancer(one)) if one.scheme == Scheme::InternetFacing
            );
            fix.warnings.push(Diagnostic::warning("closed-port", message).help(network::let_in(
                &balancer.arn,
                facing,
                groups,
                port,
            )));
        }
    }
}

async fn disable(app: &mut App, args: &RedirectDisable, interrupts: &Interrupts) -> Result<Exit, Failure> {
    let chosen = args.forward.is_some() || args.fixed.is_some() || args.delete_listener;
    if !chosen {
        return Err(undecided(args.port));
    }
    let (session, known) = desk::connect(app, &args.fixing.known()).await?;
    let desk = Desk::open(app, &session, known).await?;
    let balancer = desk.balancer(&args.balancer)?;
    let group = args.forward.as_deref().map(|word| desk.group(word)).transpose()?;
    if let Some(other) = group.as_ref().and_then(|group| of_another(group, &balancer)) {
        return Err(Failure::refused(vec![other]));
    }
    let groups = group.iter().map(|group| group.arn.clone()).collect();
    let arn = Some(balancer.arn.clone());
    let site = desk.read(&Focus { balancer: arn, settings: true, groups, ..Focus::default() }).await?;
    let instead = match (&group, args.fixed) {
        (Some(group), _) => Instead::Forward(key(&site.live, group)?),
        (None, Some(status)) => Instead::Fixed(status),
        (None, None) => Instead::Nothing,
    };
    let allowed = args.fixing.allow.iter().any(|code| code == NO_HEALTHY_TARGET);
    let fix = redirect::disable(&site.live, &balancer.name, args.port, &instead, allowed);
    let fix = fix.map_err(Failure::refused)?;
    let carried = carry::out(app, &desk, site, fix, &args.fixing, interrupts).await?;
    Ok(carried.told(app))
}

fn undecided(port: u16) -> Failure {
    let message = format!("say what answers on :{port} instead of the redirect");
    Failure::usage(
        Diagnostic::error("usage", message)
            .help("a target group:      --forward TARGET_GROUP")
            .help("the load balancer:   --fixed STATUS, such as --fixed 404")
            .help("nothing any more:    --delete-listener"),
    )
}

/// API: a target group serves one load balancer, else TargetGroupAssociationLimit.
fn of_another(group: &Group, balancer: &Balancer) -> Option<Diagnostic> {
    weights::elsewhere(group, &balancer.arn)
}

fn key(live: &Live, group: &Group) -> Result<GroupKey, Failure> {
    let gone = || {
        let message =
            format!("target group `{}` is not one of an application load balancer, or it went", group.name);
        not_found(vec![Diagnostic::error("not-found", message).note(group.arn.clone())])
    };
    stickiness::id_of(live, &group.arn).map(|id| GroupKey(id.key().to_owned())).ok_or_else(gone)
}
