//! The command line: arguments, the environment, files; one file per command; how a command ends.
//!
//! [`run`] is all that `main` calls. Commands return what they came to; only `main` makes an exit code of it.
//! The async runtime is made only for commands that talk to AWS: `validate` starts in milliseconds.

pub mod again;
pub mod answers;
pub mod apply;
pub mod approved;
pub mod args;
pub mod args_attr;
pub mod args_cert;
pub mod args_doctor;
pub mod args_fix;
pub mod args_health;
pub mod args_live;
pub mod args_logs;
pub mod args_plan;
pub mod args_redirect;
pub mod args_sandbox;
pub mod args_targets;
pub mod args_weights;
pub mod completions;
pub mod context;
pub mod environment;
pub mod exit;
pub mod failure;
pub mod fix;
pub mod history;
pub mod interrupt;
pub mod list;
pub mod load;
pub mod output;
pub mod plan;
pub mod question;
pub mod sandbox;
pub mod sandbox_certificates;
pub mod sandbox_functions;
pub mod sandbox_zones;
pub mod saved;
pub mod scope;
pub mod secrets;
pub mod service_error;
pub mod source;
pub mod spec_edit;
pub mod stack;
pub mod status;
pub mod terminal;
pub mod usage;
pub mod validate;
pub mod write;

use std::ffi::OsString;
use std::future::Future;

use apply::Order;
use approved::Approved;
use args::{Cli, Command};
use context::App;
use environment::Environment;
use exit::Exit;
use failure::Failure;
use stack::Goal;

use crate::base::Diagnostic;
use crate::plan::Options;
use crate::spec;

/// Runs one command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match completions::answer(&arguments) {
        Ok(true) => return Exit::Done,
        Ok(false) => {}
        Err(error) => return usage::not_a_command(&error, &arguments),
    }
    let cli = match Cli::read(arguments.iter().cloned()) {
        Ok(cli) => cli,
        Err(error) => return usage::not_a_command(&error, &arguments),
    };
    let env = Environment::of_process();
    let ui = terminal::ui(&cli.global, &env);
    run_in(&mut App::new(ui, env, cli.global), &cli.command)
}

/// Runs one command in surroundings that are known.
pub fn run_in(app: &mut App, command: &Command) -> Exit {
    let exit = dispatch(app, command).unwrap_or_else(|failure| {
        let failure = failure.placed(&app.global);
        if app.ui.is_json() {
            let answer = failure.to_json(&app.sources);
            app.ui.json(&answer);
        } else {
            failure.tell(&mut app.ui, &app.sources);
        }
        failure.exit
    });
    unless_lost(app, exit)
}

/// An answer that could not be written is no success.
fn unless_lost(app: &mut App, exit: Exit) -> Exit {
    let Some(lost) = app.ui.failure().map(ToString::to_string) else { return exit };
    app.ui.problem(&format!("error[output]: the answer could not be written: {lost}\n"));
    if app.ui.changed_aws() {
        app.ui.problem(" = note: what was asked was done: AWS is changed\n");
    }
    match exit {
        Exit::Done | Exit::ChangesPending => Exit::Failed,
        Exit::Failed
        | Exit::Usage
        | Exit::SpecInvalid
        | Exit::Incomplete
        | Exit::Refused
        | Exit::TestFailed
        | Exit::Interrupted => exit,
    }
}

fn dispatch(app: &mut App, command: &Command) -> Result<Exit, Failure> {
    app.check_flags()?;
    match command {
        Command::Validate(specs) => validate::run(app, &specs.specs),
        Command::Plan(args) => {
            app.check_sandbox_flags()?;
            let stacks = stack::load(app, &args.specs.specs)?;
            if args.out.is_some() {
                one_stack("--out", &stacks)?;
            }
            in_runtime(async { Ok(plan::run(app, &stacks, args).await) })
        }
        Command::Apply(args::Apply { plan: Some(file), yes, .. }) => saved_plan(app, file, *yes),
        Command::Apply(args) => {
            let options = plan::options(&args.planning);
            let approved = args.plan_id.clone().map(Approved::Id);
            change(app, &args.specs.specs, Order { goal: Goal::Apply, options, yes: args.yes, approved })
        }
        Command::Destroy(args) => {
            let allow = args.allow.iter().cloned().collect();
            let (prune, delete_validation_records) = (args.prune, args.delete_validation_records);
            let wait_timeout = args.wait_timeout;
            let options =
                Options { prune, delete_validation_records, wait_timeout, allow, ..Options::default() };
            let order = Order { goal: Goal::Destroy, options, yes: args.yes, approved: None };
            change(app, args.spec.as_slice(), order)
        }
        Command::Output(args) => {
            let (specs, key) = output::words(args);
            look(app, &specs, "output", async |app, stack| {
                output::run(app, stack, args, key.as_deref()).await
            })
        }
        Command::Stickiness(command) => {
            live(app, async |app, interrupts| fix::stickiness::run(app, command, interrupts).await)
        }
        Command::Redirect(command) => {
            live(app, async |app, interrupts| fix::redirect::run(app, command, interrupts).await)
        }
        Command::Attr(command) => {
            live(app, async |app, interrupts| fix::attr::run(app, command, interrupts).await)
        }
        Command::Logs(command) => {
            live(app, async |app, interrupts| fix::logs::run(app, command, interrupts).await)
        }
        Command::Cert(command) => {
            live(app, async |app, interrupts| fix::certs::run(app, command, interrupts).await)
        }
        Command::Weights(command) => {
            live(app, async |app, interrupts| fix::weights::run(app, command, interrupts).await)
        }
        Command::Targets(command) => {
            live(app, async |app, interrupts| fix::targets::run(app, command, interrupts).await)
        }
        Command::Health(args) => {
            live(app, async |app, interrupts| fix::health::run(app, args, interrupts).await)
        }
        Command::List => {
            app.check_sandbox_flags()?;
            interruptible(list::run(app))
        }
        Command::Doctor(args) => live(app, async |app, _| fix::doctor::run(app, args).await),
        Command::Status(args) => match args.balancer() {
            Some(word) => live(app, async |app, _| status::of_balancer(app, word).await),
            None => look(app, args.spec().as_slice(), "status", status::run),
        },
        Command::Schema => {
            app.ui.json(&spec::schema());
            Ok(Exit::Done)
        }
        Command::Completions { shell } => {
            app.ui.raw(&completions::script(*shell));
            Ok(Exit::Done)
        }
        Command::Sandbox(args::Sandbox::Serve { port, speed }) => {
            in_runtime(sandbox::serve(app, *port, *speed))
        }
        Command::Sandbox(args::Sandbox::Reset { yes }) => {
            question::check(&app.ui, *yes)?;
            in_runtime(sandbox::reset(app, *yes))
        }
        Command::Sandbox(args::Sandbox::Zone(zone)) => sandbox_zones::run(app, zone),
        Command::Sandbox(args::Sandbox::Function(function)) => sandbox_functions::run(app, function),
        Command::Sandbox(args::Sandbox::Certificate(certificate)) => {
            sandbox_certificates::run(app, certificate)
        }
    }
}

/// A command on what is live, whoever owns it.
fn live(
    app: &mut App,
    run: impl AsyncFnOnce(&mut App, &interrupt::Interrupts) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    in_runtime(async {
        let interrupts = interrupt::Interrupts::listen();
        let work = run(app, &interrupts);
        interrupts.unless_held(work).await.unwrap_or_else(|| Err(Failure::interrupted()))
    })
}

/// A command that reads what is live of one stack.
fn look(
    app: &mut App,
    named: &[std::path::PathBuf],
    what: &str,
    run: impl AsyncFnOnce(&mut App, &stack::Stack) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    app.check_sandbox_flags()?;
    let stacks = stack::load(app, named)?;
    one_stack(what, &stacks)?;
    // Specs that are only extended by others are no stacks.
    let Some(stack) = stacks.first() else { return Ok(Exit::Done) };
    interruptible(run(app, stack))
}

/// A command that only reads: it may end at any time.
fn interruptible(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    in_runtime(async {
        let interrupts = interrupt::Interrupts::listen();
        interrupts.unless(work).await.unwrap_or_else(|| Err(Failure::interrupted()))
    })
}

fn change(app: &mut App, named: &[std::path::PathBuf], order: Order) -> Result<Exit, Failure> {
    app.check_sandbox_flags()?;
    question::check(&app.ui, order.yes)?;
    let stacks = stack::load(app, named)?;
    if order.goal == Goal::Destroy {
        one_stack("destroy", &stacks)?;
    }
    if order.approved.is_some() {
        one_stack("--plan-id", &stacks)?;
    }
    in_runtime(async { Ok(apply::run(app, &stacks, &order).await) })
}

fn one_stack(what: &str, stacks: &[stack::Stack]) -> Result<(), Failure> {
    if stacks.len() < 2 {
        return Ok(());
    }
    let message = format!("{what} takes one stack, and there are several specs");
    Err(Failure::usage(Diagnostic::error("usage", message).help("name one file")))
}

/// `apply --plan FILE`: stack and options are those of the file.
fn saved_plan(app: &mut App, file: &std::path::Path, yes: bool) -> Result<Exit, Failure> {
    app.check_sandbox_flags()?;
    question::check(&app.ui, yes)?;
    if !app.global.var.is_empty() || !app.global.vars.is_empty() {
        let message = "a saved plan has its variables' values in it: --var and --vars do not go with --plan";
        return Err(Failure::usage(Diagnostic::error("usage", message)));
    }
    let (stack, saved) = saved::read(app, file)?;
    let options = saved.options.clone();
    let approved = Some(Approved::Saved(Box::new(saved)));
    let order = Order { goal: Goal::Apply, options, yes, approved };
    in_runtime(async { Ok(apply::run(app, &[stack], &order).await) })
}

/// One thread is enough: all that takes time is waiting.
fn in_runtime(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        Failure::failed(
            Diagnostic::error("runtime", "the async runtime cannot start").note(error.to_string()),
        )
    })?;
    runtime.block_on(work)
}
