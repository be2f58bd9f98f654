//! The command line of the commands that only look: `output` and `status`.

use std::path::{Path, PathBuf};

use super::completions;
use clap::{Args, ValueEnum, ValueHint};
use clap_complete::engine::ArgValueCompleter;

/// `output`.
#[derive(Clone, Debug, Args)]
pub struct Output {
    /// The spec of the stack [default: $ALBCTL_SPEC, else albctl.yaml].
    #[arg(value_name = "SPEC", value_hint = ValueHint::AnyPath)]
    pub spec: Option<String>,
    /// One of the keys, such as `dns_name`. Of one word alone, what is no path is the key.
    #[arg(value_name = "KEY")]
    pub key: Option<String>,
    /// How the values are written.
    #[arg(long, value_name = "FORM", value_enum)]
    pub format: Option<Form>,
}

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// `KEY = VALUE`, a line each; of one key only the value.
    Text,
    /// One object.
    Json,
    /// Assignments for a shell.
    Env,
    /// The `loadBalancers` of each ECS service, from `ecs` of target groups; KEY is that of a target group.
    Ecs,
}

/// `status`.
#[derive(Clone, Debug, Args)]
pub struct Status {
    /// The spec of the stack [default: $ALBCTL_SPEC, else albctl.yaml]; or any load balancer: its name, ARN, DNS name,
    /// the beginning of its name, or what is on it: LB/PORT, LB/PORT/PRIORITY, a target group.
    #[arg(value_name = "SPEC|LB", value_hint = ValueHint::AnyPath, add = ArgValueCompleter::new(completions::balancers_and_specs))]
    pub what: Option<String>,
}

impl Status {
    /// The spec that is meant, where one is.
    pub fn spec(&self) -> Option<PathBuf> {
        self.what.as_ref().filter(|what| is_path(what)).map(PathBuf::from)
    }

    /// The load balancer that is meant, where one is.
    pub fn balancer(&self) -> Option<&str> {
        self.what.as_deref().filter(|what| !is_path(what))
    }
}

/// Whether a word means a file or folder: it is there, or it is written like one. `LB/PORT` is not.
pub fn is_path(word: &str) -> bool {
    let begins = ['.', '/', '~'].iter().any(|begin| word.starts_with(*begin));
    let ends = [".yaml", ".yml", "/"].iter().any(|end| word.ends_with(end));
    Path::new(word).exists() || begins || ends
}

#[cfg(test)]
mod tests {
    use super::is_path;

    #[test]
    fn what_is_written_like_a_path_is_one() {
        for path in ["a.yaml", "specs/a.yml", "./a", "/a", "~/a", "specs/", "src"] {
            assert!(is_path(path), "{path}");
        }
        for word in ["shop", "shop/443", "shop/443/10", "rule/https/a", "a.example.com", "arn:aws:x:y:z:a/b"]
        {
            assert!(!is_path(word), "{word}");
        }
    }
}
