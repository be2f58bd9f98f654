mod foreign;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::Parser;
use tempfile::TempDir;

use super::*;
use crate::cli::args::Cli;
use crate::output::diagnostics::render;

/// A folder with files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

struct Read {
    loaded: Loaded,
    text: String,
}

/// Loads `specs` of the folder; the folder's name is taken out of what is said.
fn load_in(folder: &Path, specs: &[&str], flags: &[&str], env: &[(&str, &str)]) -> Read {
    let line = ["albctl", "validate"].iter().copied().chain(flags.iter().copied());
    let cli = Cli::try_parse_from(line).unwrap();
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
    let env = Environment::from_pairs(env);
    let paths: Vec<PathBuf> = specs.iter().map(|name| folder.join(name)).collect();
    let mut sources = SourceMap::new();
    let loaded = load(&paths, &cli.global, &env, &mut sources);
    let text = render(&loaded.diagnostics(), &sources, false);
    Read { loaded, text: text.replace(&format!("{}/", folder.display()), "") }
}

/// A spec that is valid once `vars` are declared and used as its region.
const SPEC: &str = "stack: shop
load_balancer: { scheme: internal, subnets: [subnet-0aaa1111, subnet-0bbb2222], security_groups: [sg-0a1b2c3d] }
region: ${place}
";

fn with_vars(vars: &str) -> String {
    format!("{SPEC}vars: {vars}\n")
}

fn region(read: &Read) -> Option<String> {
    let desired = read.loaded.specs.first()?.desired.as_ref()?;
    desired.region.as_ref().map(|region| region.value.clone())
}

#[test]
fn later_sources_of_variables_win() {
    let folder = folder(&[
        ("base.yaml", &with_vars("{ place: from-base-1 }")),
        ("over.yaml", "extends: base.yaml\nvars: { place: from-over-1 }\n"),
        ("plain.yaml", "extends: base.yaml\n"),
        ("a.yaml", "place: from-a-1\n"),
        ("b.json", "{\"place\": \"from-b-1\"}"),
    ]);
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (a, b) = (file("a.yaml"), file("b.json"));
    let env = [("ALBCTL_VAR_place", "from-env-1")];
    for (spec, flags, env, wanted) in [
        ("plain.yaml", vec![], &env[..0], "from-base-1"),
        ("over.yaml", vec![], &env[..0], "from-over-1"),
        ("over.yaml", vec!["--vars", &a], &env[..0], "from-a-1"),
        ("over.yaml", vec!["--vars", &a, "--vars", &b], &env[..0], "from-b-1"),
        ("over.yaml", vec!["--vars", &a], &env[..], "from-env-1"),
        ("over.yaml", vec!["--vars", &a, "--var", "place=from-flag-1"], &env[..], "from-flag-1"),
    ] {
        let read = load_in(folder.path(), &[spec], &flags, env);
        assert_eq!(region(&read).as_deref(), Some(wanted), "{spec} {flags:?}\n{}", read.text);
    }
}

#[test]
fn a_required_variable_must_be_given() {
    let folder = folder(&[("shop.yaml", &with_vars("{ place: ~ }"))]);
    let read = load_in(folder.path(), &["shop.yaml"], &[], &[]);
    assert_eq!(
        read.text,
        "error[missing-variable]: the variable `place` has no value
 --> shop.yaml:4:9
  |
4 | vars: { place: ~ }
  |         ^^^^^ declared here: it must be given
  |
  = help: on the command line: --var place=VALUE
  = help: in the environment: ALBCTL_VAR_place=VALUE
  = help: in a file: --vars FILE, with the line `place: VALUE`
"
    );
    let read = load_in(folder.path(), &["shop.yaml"], &["--var", "place=eu-west-1"], &[]);
    assert_eq!(region(&read).as_deref(), Some("eu-west-1"), "{}", read.text);
}

#[test]
fn unknown_variables_are_errors_and_in_the_environment_warnings() {
    let folder = folder(&[("shop.yaml", &with_vars("{ place: eu-west-1 }")), ("v.yaml", "plaice: x\n")]);
    let read = load_in(folder.path(), &["shop.yaml"], &["--var", "plce=x"], &[("ALBCTL_VAR_PLACE", "x")]);
    assert!(read.loaded.has_errors());
    assert!(
        read.text.contains("error[unknown-variable]: `--var plce=x` gives a value to `plce`"),
        "{}",
        read.text
    );
    assert!(read.text.contains("warning[unknown-variable]: `ALBCTL_VAR_PLACE` gives"), "{}", read.text);
    assert!(read.text.contains("= help: did you mean `place`?"), "{}", read.text);
    let file = folder.path().join("v.yaml").display().to_string();
    let read = load_in(folder.path(), &["shop.yaml"], &["--vars", &file], &[]);
    assert_eq!(
        read.text,
        "error[unknown-variable]: `v.yaml:1` gives a value to `plaice`, which no spec declares
 = note: variables: place
 = help: did you mean `place`?
"
    );
}

#[test]
fn a_variable_of_one_of_several_specs_is_known() {
    let other = with_vars("{ place: eu-west-1 }").replace("stack: shop", "stack: other");
    let both = with_vars("{ place: eu-west-1, more: 1 }");
    let folder = folder(&[("a.albctl.yaml", &both), ("b.albctl.yaml", &other)]);
    let read = load_in(folder.path(), &[""], &["--var", "more=2"], &[]);
    assert!(!read.loaded.has_errors(), "{}", read.text);
    assert_eq!(read.loaded.specs.len(), 2);
}

#[test]
fn values_are_text_unless_a_list_or_a_map_is_declared() {
    let folder = folder(&[("shop.yaml", &with_vars("{ place: eu-west-1, many: [a] }"))]);
    let read = load_in(folder.path(), &["shop.yaml"], &["--var", "place=*a: b", "--var", "many=[x, y]"], &[]);
    assert!(read.text.starts_with("error[bad-region]: `*a: b` is not an AWS region"), "{}", read.text);
    let read = load_in(folder.path(), &["shop.yaml"], &["--var", "many=[x"], &[]);
    assert!(read.loaded.has_errors() && read.text.contains("--var many:1:"), "{}", read.text);
}

#[test]
fn files_extend_each_other_relative_to_themselves() {
    let folder = folder(&[
        ("base.yaml", SPEC),
        ("envs/common.yaml", "extends: ../base.yaml\nvars: { place: eu-west-1 }\n"),
        ("envs/prod.yaml", "extends: ./common.yaml\nstack: shop-prod\n"),
    ]);
    let read = load_in(folder.path(), &["envs/prod.yaml"], &[], &[]);
    assert_eq!(region(&read).as_deref(), Some("eu-west-1"), "{}", read.text);
    let desired = read.loaded.specs[0].desired.as_ref().unwrap();
    assert_eq!(desired.stack, "shop-prod");
}

#[test]
fn a_missing_base_is_located_where_it_is_named() {
    let folder = folder(&[("prod.yaml", "stack: a\nextends: shop.yml\n"), ("shop.yaml", SPEC)]);
    let read = load_in(folder.path(), &["prod.yaml"], &[], &[]);
    assert_eq!(
        read.text,
        "error[file-missing]: there is no file `shop.yml`
 --> prod.yaml:2:10
  |
2 | extends: shop.yml
  |          ^^^^^^^^ extended here
  |
  = help: did you mean `shop.yaml`?
"
    );
}

#[test]
fn cycles_and_strange_bases_are_refused() {
    let folder = folder(&[
        ("a.yaml", "extends: b.yaml\n"),
        ("b.yaml", "extends: ./a.yaml\n"),
        ("url.yaml", "extends: https://example.com/base.yaml\n"),
        ("list.yaml", "extends: [a.yaml]\n"),
        ("null.yaml", "extends: ~\n"),
        ("var.yaml", "extends: ${env}.yaml\n"),
        ("dir.yaml", "extends: .\n"),
    ]);
    for (name, code) in [
        ("a.yaml", "error[extends-cycle]: `a.yaml` extends itself"),
        ("url.yaml", "error[extends-not-local]"),
        ("list.yaml", "error[wrong-type]: `extends` names one file"),
        ("null.yaml", "error[wrong-type]: `extends` names one file"),
        ("var.yaml", "error[extends-variable]"),
        ("dir.yaml", "error[is-a-directory]"),
    ] {
        let read = load_in(folder.path(), &[name], &[], &[]);
        assert!(read.text.starts_with(code), "{name}\n{}", read.text);
        assert!(read.loaded.specs[0].desired.is_none());
    }
    let read = load_in(folder.path(), &["a.yaml"], &[], &[]);
    assert!(read.text.contains("a.yaml -> b.yaml -> a.yaml"), "{}", read.text);
}

#[test]
fn each_way_to_have_no_file_is_told() {
    let folder = folder(&[("empty/readme.md", ""), ("shop.yaml", "")]);
    fs::write(folder.path().join("latin.yaml"), b"stack: caf\xe9\n").unwrap();
    fs::File::create(folder.path().join("huge.yaml")).unwrap().set_len(100 << 20).unwrap();
    for (name, start) in [
        ("shop.yml", "error[file-missing]: there is no file `shop.yml`\n = help: did you mean `shop.yaml`?"),
        ("empty", "error[is-a-directory]: `empty` is a folder without specs"),
        ("huge.yaml", "error[file-too-large]: `huge.yaml` is larger than the 4 MiB that are read"),
        ("latin.yaml", "error[not-utf8]: `latin.yaml` is not UTF-8 text: see line 1, column 11"),
        ("shop.yaml", "error[empty-file]"),
        ("shop.yaml/x", "error[file-unreadable]: `shop.yaml/x` cannot be read"),
    ] {
        let read = load_in(folder.path(), &[name], &[], &[]);
        assert!(read.loaded.has_errors());
        assert!(
            read.text.starts_with(start),
            "{name}
{}",
            read.text
        );
    }
}

#[test]
fn a_folder_is_its_specs_in_order() {
    let spec =
        |stack: &str| with_vars("{ place: eu-west-1 }").replace("stack: shop", &format!("stack: {stack}"));
    let folder = folder(&[
        ("b.albctl.yaml", &spec("b")),
        ("a.albctl.yaml", &spec("a")),
        ("albctl.yaml", &spec("main")),
        ("base.yaml", "not: a spec\n"),
    ]);
    let read = load_in(folder.path(), &[""], &[], &[]);
    let stacks: Vec<_> =
        read.loaded.specs.iter().map(|spec| spec.desired.as_ref().unwrap().stack.clone()).collect();
    assert_eq!(stacks, ["a", "main", "b"].map(str::to_owned), "{}", read.text);
}

#[test]
fn the_environment_names_the_spec_and_else_the_default() {
    let folder = folder(&[("x.yaml", &with_vars("{ place: eu-west-1 }"))]);
    let path = folder.path().join("x.yaml");
    let read = load_in(folder.path(), &[], &[], &[("ALBCTL_SPEC", path.to_str().unwrap())]);
    assert_eq!(region(&read).as_deref(), Some("eu-west-1"), "{}", read.text);
    let read = load_in(folder.path(), &[], &[], &[]);
    assert!(
        read.text.starts_with("error[file-missing]: no spec is named, and there is no `albctl.yaml` here"),
        "{}",
        read.text
    );
}

#[test]
fn a_region_and_a_different_flag_contradict_each_other() {
    let folder = folder(&[("x.yaml", &with_vars("{ place: eu-west-1 }"))]);
    let read = load_in(folder.path(), &["x.yaml"], &["--region", "us-east-1"], &[]);
    assert!(
        read.text.starts_with("error[wrong-region]: the spec is for eu-west-1, --region is us-east-1"),
        "{}",
        read.text
    );
    assert!(!load_in(folder.path(), &["x.yaml"], &["--region", "eu-west-1"], &[]).loaded.has_errors());
}

#[test]
fn one_stack_has_one_spec() {
    let spec = with_vars("{ place: eu-west-1 }");
    let folder = folder(&[("a.yaml", &spec), ("b.yaml", &spec)]);
    let read = load_in(folder.path(), &["a.yaml", "b.yaml"], &[], &[]);
    assert!(
        read.text.starts_with("error[duplicate-stack]: `a.yaml` and `b.yaml`")
            || read.text.contains("are both the stack `shop`"),
        "{}",
        read.text
    );
    assert!(read.loaded.has_errors());
}

#[test]
fn a_spec_without_a_region_may_meet_its_twin_anywhere() {
    let spec = SPEC.replace("region: ${place}\n", "");
    let in_region = |region: &str| format!("{spec}region: {region}\n");
    let (west, east) = (in_region("us-west-1"), in_region("us-east-1"));
    let folder = folder(&[("a.yaml", &spec), ("w.yaml", &west), ("e.yaml", &east)]);
    for pair in [["a.yaml", "w.yaml"], ["w.yaml", "a.yaml"], ["w.yaml", "w.yaml"]] {
        let read = load_in(folder.path(), &pair, &[], &[]);
        assert!(read.text.contains("error[duplicate-stack]"), "{pair:?}\n{}", read.text);
    }
    assert!(!load_in(folder.path(), &["w.yaml", "e.yaml"], &[], &[]).loaded.has_errors());
}

#[test]
fn what_is_extended_in_a_folder_is_no_stack() {
    let base = SPEC.replace("stack: shop\n", "");
    let env = |stack: &str| format!("extends: base.albctl.yaml\nstack: {stack}\nregion: eu-west-1\n");
    let folder = folder(&[
        ("base.albctl.yaml", &base),
        ("prod.albctl.yaml", &env("prod")),
        ("staging.albctl.yaml", &env("staging")),
    ]);
    let read = load_in(folder.path(), &[""], &[], &[]);
    assert!(!read.loaded.has_errors(), "{}", read.text);
    assert_eq!(read.loaded.specs.len(), 2);
    // Named, it is a spec, and not a whole one.
    assert!(load_in(folder.path(), &["base.albctl.yaml"], &[], &[]).loaded.has_errors());
}

#[test]
fn files_that_extend_each_other_do_not_vanish() {
    let folder = folder(&[
        ("a.albctl.yaml", "extends: b.albctl.yaml\n"),
        ("b.albctl.yaml", "extends: a.albctl.yaml\n"),
    ]);
    let read = load_in(folder.path(), &[""], &[], &[]);
    assert!(read.text.contains("error[extends-cycle]"), "{}", read.text);
}

#[test]
fn a_folder_whose_files_have_other_names_says_so() {
    let folder = folder(&[("specs/b.yaml", ""), ("specs/a.yml", ""), ("specs/readme.md", "")]);
    let read = load_in(folder.path(), &["specs"], &[], &[]);
    assert_eq!(
        read.text,
        "error[is-a-directory]: `specs` is a folder without specs
 = note: files in it: a.yml, b.yaml
 = help: name one: specs/a.yml
 = help: of a folder only `albctl.yaml` and `NAME.albctl.yaml` are taken for specs
"
    );
}
