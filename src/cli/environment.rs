//! The environment, read once. Nothing else in albctl reads it, but the AWS SDK for its own settings.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// The prefix of variables that give values to variables of a spec.
pub const VAR_PREFIX: &str = "ALBCTL_VAR_";

/// What of the environment matters here. Nothing secret is kept.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `ALBCTL_SPEC`: the spec when the command names none.
    pub spec: Option<PathBuf>,
    /// `ALBCTL_VAR_NAME`, by NAME.
    pub vars: BTreeMap<String, OsString>,
    /// `NO_COLOR` is set.
    pub no_color: bool,
    /// `CLICOLOR` is `0`.
    pub clicolor_off: bool,
    /// `CLICOLOR_FORCE` is set and not `0`.
    pub clicolor_force: bool,
    /// `TERM` is `dumb`.
    pub dumb: bool,
    /// `COLUMNS`.
    pub columns: Option<usize>,
    /// The locale's characters are UTF-8.
    pub utf8: bool,
    /// Where programs keep their state: `$XDG_STATE_HOME`, `~/.local/state`, `%LOCALAPPDATA%`.
    pub state_home: Option<PathBuf>,
    /// `AWS_PROFILE`, for messages.
    pub aws_profile: Option<String>,
    /// `AWS_REGION`, else `AWS_DEFAULT_REGION`: for the sandbox, where the SDK reads no environment.
    pub aws_region: Option<String>,
}

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
        let all = std::env::vars_os();
        Self::from_pairs(all.filter_map(|(name, value)| Some((name.into_string().ok()?, value))))
    }

    /// From names and values.
    pub fn from_pairs(pairs: impl Iterator<Item = (String, OsString)>) -> Self {
        // An empty value counts as none, as in most programs.
        let all: BTreeMap<String, OsString> = pairs.filter(|(name, _)| matters(name)).collect();
        let get = |name: &str| all.get(name).filter(|value| !value.is_empty());
        let text = |name: &str| get(name).and_then(|value| value.to_str());
        let var = |(name, value): (&String, &OsString)| {
            name.strip_prefix(VAR_PREFIX).map(|short| (short.to_owned(), value.clone()))
        };
        let absolute = |name: &str| get(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| text(name)).unwrap_or_default();
        Self {
            spec: get("ALBCTL_SPEC").map(PathBuf::from),
            no_color: get("NO_COLOR").is_some(),
            clicolor_off: text("CLICOLOR") == Some("0"),
            clicolor_force: text("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            dumb: text("TERM") == Some("dumb"),
            columns: text("COLUMNS").and_then(|value| value.parse().ok()),
            utf8: is_utf8(locale),
            state_home: absolute("XDG_STATE_HOME")
                .or_else(|| absolute("LOCALAPPDATA"))
                .or_else(|| absolute("HOME").map(|home| home.join(".local/state"))),
            aws_profile: text("AWS_PROFILE").map(str::to_owned),
            aws_region: text("AWS_REGION").or_else(|| text("AWS_DEFAULT_REGION")).map(str::to_owned),
            vars: all.iter().filter_map(var).collect(),
        }
    }
}

/// What is looked at; what is not is dropped at once.
fn matters(name: &str) -> bool {
    const NAMES: [&str; 15] = [
        "ALBCTL_SPEC",
        "AWS_DEFAULT_REGION",
        "AWS_PROFILE",
        "AWS_REGION",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "HOME",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "LOCALAPPDATA",
        "NO_COLOR",
        "TERM",
        "XDG_STATE_HOME",
    ];
    NAMES.contains(&name) || name.starts_with(VAR_PREFIX)
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    cfg!(windows) || locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))))
    }

    #[test]
    fn variables_of_the_spec_lose_their_prefix() {
        let env = environment(&[
            ("ALBCTL_VAR_canary", "5"),
            ("ALBCTL_VAR_empty", ""),
            ("AWS_SECRET_ACCESS_KEY", "x"),
        ]);
        let vars: Vec<_> = env.vars.iter().map(|(name, value)| (name.as_str(), value.to_str())).collect();
        assert_eq!(vars, [("canary", Some("5")), ("empty", Some(""))]);
    }

    #[test]
    fn the_state_folder_follows_xdg() {
        let home = environment(&[("HOME", "/home/dana")]);
        assert_eq!(home.state_home, Some(PathBuf::from("/home/dana/.local/state")));
        let xdg = environment(&[("HOME", "/home/dana"), ("XDG_STATE_HOME", "/state")]);
        assert_eq!(xdg.state_home, Some(PathBuf::from("/state")));
        let relative = environment(&[("HOME", "/home/dana"), ("XDG_STATE_HOME", "state")]);
        assert_eq!(relative.state_home, home.state_home);
        assert_eq!(environment(&[]).state_home, None);
    }

    #[test]
    fn the_first_locale_that_is_set_decides() {
        assert!(environment(&[("LANG", "en_US.UTF-8")]).utf8);
        assert!(!environment(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")]).utf8 || cfg!(windows));
        assert!(environment(&[("LANG", "C"), ("LC_ALL", "C.utf8")]).utf8);
    }

    #[test]
    fn empty_values_count_as_none() {
        let env = environment(&[
            ("NO_COLOR", ""),
            ("ALBCTL_SPEC", ""),
            ("CLICOLOR_FORCE", "0"),
            ("COLUMNS", "wide"),
        ]);
        assert!(!env.no_color && !env.clicolor_force && env.spec.is_none() && env.columns.is_none());
    }
}
