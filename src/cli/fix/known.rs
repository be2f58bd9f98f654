//! The spec whose keys may be used as names, if there is one.

use std::path::{Path, PathBuf};

use crate::base::SourceMap;
use crate::cli::args::Global;
use crate::cli::context::App;
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::stack;
use crate::fix::find::Keys;
use crate::kinds::{Desired, Resource};
use crate::output::text::visible;

/// The file that is taken when none is named.
const DEFAULT: &str = "albctl.yaml";

/// A spec that a fix knows of.
pub struct Known {
    /// Its name and its files.
    pub spec: load::Spec,
    /// What it wants.
    pub desired: Desired,
    /// The command line or the environment named it: it is not there by chance.
    pub named: bool,
}

/// Reads the spec that is named, else the one that is there. One that is only there and cannot be read is said to be left
/// out; it must not keep anybody from mending something else.
///
/// # Errors
/// What is wrong with a spec that is named.
pub fn read(app: &mut App, named: Option<&Path>) -> Result<Option<Known>, Failure> {
    let by_environment = app.env.spec.is_some();
    if named.is_none() && !by_environment && !Path::new(DEFAULT).is_file() {
        return Ok(None);
    }
    let paths: Vec<PathBuf> = named.map(Path::to_path_buf).into_iter().collect();
    let mut loaded = load::load(&paths, &app.global, &app.env, &mut app.sources);
    let is_named = named.is_some() || by_environment;
    if loaded.has_errors() || loaded.specs.len() != 1 {
        if named.is_some() && loaded.has_errors() {
            return Err(stack::invalid(&loaded));
        }
        let name = loaded.specs.first().map_or(DEFAULT, |spec| spec.name.as_str());
        let missing = loaded.diagnostics().iter().any(|one| one.code == "file-missing");
        let why = match (loaded.has_errors(), missing) {
            (true, true) if app.env.spec.as_deref().is_some_and(|path| !path.exists()) => {
                "$ALBCTL_SPEC names it, and there is no such file"
            }
            (true, _) => "it is invalid: albctl validate",
            (false, _) => "it is not one spec",
        };
        app.ui.status(&format!("{} is left out ({why})\n", visible(name)));
        return Ok(None);
    }
    let spec = loaded.specs.pop();
    Ok(spec.and_then(|spec| Some(Known { desired: spec.desired.clone()?, spec, named: is_named })))
}

/// The spec that is there, for completions: nothing is said of what is wrong with it.
pub fn find(global: &Global, env: &Environment, sources: &mut SourceMap) -> Option<Known> {
    if env.spec.is_none() && !Path::new(DEFAULT).is_file() {
        return None;
    }
    let spec = load::load(&[], global, env, sources).specs.into_iter().next()?;
    Some(Known { desired: spec.desired.clone()?, spec, named: false })
}

impl Known {
    /// What it calls things.
    pub fn keys(&self) -> Keys {
        let mut keys = Keys { stack: Some(self.desired.stack.clone()), ..Keys::default() };
        for (id, wanted) in &self.desired.resources {
            match &wanted.resource {
                Resource::LoadBalancer(model) => keys.balancer = Some(model.name.clone()),
                Resource::TargetGroup(model) => {
                    keys.groups.insert(id.key().to_owned(), model.name.clone());
                }
                Resource::Listener(model) => {
                    keys.listeners.insert(id.key().to_owned(), model.port);
                }
                Resource::Certificate(_)
                | Resource::DnsRecord(_)
                | Resource::Rule(_)
                | Resource::Targets(_) => {}
            }
        }
        keys
    }
}
