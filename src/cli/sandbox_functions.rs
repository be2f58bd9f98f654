//! `albctl sandbox function`: the Lambda functions that target groups of specs can name.

use albctl_sandbox::State;
use serde_json::{Value, json};

use super::args_sandbox::Function;
use super::context::App;
use super::exit::Exit;
use super::failure::Failure;
use super::sandbox_zones::answer;
use crate::aws::SANDBOX_REGION;
use crate::base::Diagnostic;

/// Makes, lists or deletes functions.
///
/// # Errors
/// The sandbox cannot be opened; a name is none or taken; a function is not there.
pub fn run(app: &mut App, command: &Function) -> Result<Exit, Failure> {
    match command {
        Function::Create { name, alias } => create(app, name, alias),
        Function::List => list(app),
        Function::Delete { name } => delete(app, name),
    }
}

fn region(app: &App) -> String {
    app.global.region.clone().unwrap_or_else(|| SANDBOX_REGION.to_owned())
}

fn create(app: &mut App, name: &str, aliases: &[String]) -> Result<Exit, Failure> {
    if let Some(bad) = aliases.iter().chain([&name.to_owned()]).find(|name| !State::is_function_name(name)) {
        let message = format!("`{bad}` cannot be the name of a function or alias");
        let diagnostic = Diagnostic::error("function", message);
        return Err(Failure::usage(diagnostic.help("1 to 64 letters, digits, `-` and `_`")));
    }
    let region = region(app);
    let made = app.change_sandbox(|state| {
        let arn = state.create_function(&region, name)?;
        let function = state.regions.get_mut(&region)?.functions.get_mut(name)?;
        function.aliases.extend(aliases.iter().cloned());
        Some(arn)
    })?;
    let arn = made.ok_or_else(|| {
        let message = format!("the sandbox has a function `{name}` in {region} already");
        Failure::failed(Diagnostic::error("function", message))
    })?;
    answer(app, "function", &json!({ "arn": arn, "aliases": aliases }));
    app.ui.answer_line(&format!("Created {}", line(&arn, aliases)));
    Ok(Exit::Done)
}

fn list(app: &mut App) -> Result<Exit, Failure> {
    let functions = app.change_sandbox(|state| state.functions())?;
    let all: Vec<Value> =
        functions.iter().map(|(arn, aliases)| json!({ "arn": arn, "aliases": aliases })).collect();
    answer(app, "functions", &Value::Array(all));
    for (arn, aliases) in &functions {
        app.ui.answer_line(&line(arn, aliases));
    }
    if functions.is_empty() {
        app.ui.answer_line("The sandbox has no functions.");
    }
    Ok(Exit::Done)
}

fn delete(app: &mut App, name: &str) -> Result<Exit, Failure> {
    let region = region(app);
    let gone = app.change_sandbox(|state| state.delete_function(&region, name))?;
    let arn = gone.ok_or_else(|| {
        let message = format!("the sandbox has no function `{name}` in {region}");
        Failure::failed(Diagnostic::error("function", message).help("albctl sandbox function list"))
    })?;
    answer(app, "deleted", &json!({ "arn": arn }));
    app.ui.answer_line(&format!("Deleted {arn}"));
    Ok(Exit::Done)
}

/// The ARN, and the aliases if there are some.
fn line(arn: &str, aliases: &[String]) -> String {
    if aliases.is_empty() { arn.to_owned() } else { format!("{arn}  aliases: {}", aliases.join(", ")) }
}
