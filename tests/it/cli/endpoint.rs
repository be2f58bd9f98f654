//! Credentials, accounts and endpoints: everything between albctl and AWS.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::serve::Endpoint;
use super::{Shell, snapshot};

const SPEC: &str = "\
version: 1
stack: web
account: \"123456789012\"
region: us-east-1
vpc: vpc-0a1b2c3d
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0a1b2c3d]
target_groups:
  web: { port: 80 }
listeners:
  http: { port: 80, default: { forward: web } }
";

fn shell() -> Shell {
    Shell::with(&[("guarded.yaml", SPEC), ("web.yaml", &SPEC.replace("account: \"123456789012\"\n", ""))])
}

#[test]
fn another_account_than_the_specs_is_refused_before_anything_is_shown() {
    let (shell, endpoint) = (shell().for_endpoint(), Endpoint::start());
    let at = &endpoint.url;
    let plan = shell.run(&format!("--endpoint-url {at} plan guarded.yaml")).exits(6);
    assert_eq!(plan.stdout, "");
    snapshot!("endpoint_wrong_account", plan.to_string());
    shell.run(&format!("--endpoint-url {at} apply guarded.yaml --yes")).exits(6);
    shell.run(&format!("--endpoint-url {at} destroy guarded.yaml --yes")).exits(6);
    assert!(endpoint.sandbox.calls().iter().all(|call| !call.mutating));
    let json = shell.run(&format!("--endpoint-url {at} plan guarded.yaml --output json")).exits(6);
    snapshot!("endpoint_wrong_account_json", json.to_string());
}

#[test]
fn apply_over_an_endpoint() {
    let (shell, endpoint) = (shell().for_endpoint(), Endpoint::start());
    let at = &endpoint.url;
    let lines = [
        format!("--endpoint-url {at} plan web.yaml"),
        format!("--endpoint-url {at} plan web.yaml --exit-code -q"),
    ];
    snapshot!("endpoint_plan", lines.map(|line| shell.run(&line).to_string()).join("\n"));
    shell.run(&format!("--endpoint-url {at} apply web.yaml --yes --wait none")).exits(0);
    let plan = shell.run(&format!("--endpoint-url {at} plan web.yaml -v")).exits(0);
    snapshot!("endpoint_nothing_to_do", plan.to_string());
}

#[test]
fn sandbox_serve_offers_what_sandbox_commands_see() {
    let shell = shell().for_endpoint();
    shell.run("--sandbox apply web.yaml --yes").exits(0);
    let mut command = shell.command("sandbox serve --port 0");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("albctl starts");
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    stdout.read_line(&mut first).expect("a pipe");
    let url = first.split_whitespace().last().expect("a URL").to_owned();
    let plan = shell.run(&format!("--endpoint-url {url} plan web.yaml --exit-code"));
    let locked = shell.run("--sandbox plan web.yaml");
    let again = shell.run("sandbox reset --yes");
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &pid]).status().expect("kill runs").success());
    let output = child.wait_with_output().expect("albctl ends");
    let served = shell.ran("sandbox serve --port 0", first.as_bytes(), &output.stderr, output.status.code());
    snapshot!("endpoint_serve", format!("{served}\n{plan}\n{locked}\n{again}"));
}

#[test]
fn without_credentials() {
    let ran = shell().run("--endpoint-url http://127.0.0.1:1 plan web.yaml").exits(1);
    snapshot!("endpoint_no_credentials", ran.to_string());
    let ran = shell().run("--endpoint-url http://127.0.0.1:1 plan web.yaml --profile prod").exits(1);
    snapshot!("endpoint_unknown_profile", ran.to_string());
    let shell = shell().env("AWS_PROFILE", "prod");
    snapshot!("endpoint_unknown_profile_of_environment", shell.run("plan web.yaml").exits(1).to_string());
    // One that exists and says nothing of credentials leaves the search to the next provider.
    shell.write(".aws-config", "[profile prod]\nregion = us-east-1\n");
    let config = shell.folder().join(".aws-config").display().to_string();
    let without = shell.env("AWS_CONFIG_FILE", &config).run("plan web.yaml").exits(1);
    assert!(without.stderr.contains("error[credentials-missing]"), "{without}");
}

#[test]
fn without_a_region() {
    let text = SPEC.replace("account: \"123456789012\"\nregion: us-east-1\n", "");
    let shell = Shell::with(&[("web.yaml", &text)]).for_endpoint();
    snapshot!("endpoint_no_region", shell.run("plan web.yaml").exits(1).to_string());
}

#[test]
fn a_profile_that_does_not_exist_hides_the_region_that_it_does_not_have() {
    let text = SPEC.replace("account: \"123456789012\"\nregion: us-east-1\n", "");
    let shell = Shell::with(&[("web.yaml", &text)]).env("AWS_PROFILE", "prod");
    let ran = shell.run("plan web.yaml").exits(1);
    assert!(ran.stderr.contains("error[profile]: profile `prod` cannot be used"), "{ran}");
}

#[test]
fn the_sandbox_has_the_region_of_the_spec_or_the_option_or_the_environment() {
    let text = SPEC.replace("account: \"123456789012\"\nregion: us-east-1\n", "");
    let bound = SPEC.replace("account: \"123456789012\"\n", "");
    let shell = || Shell::with(&[("web.yaml", &text), ("bound.yaml", &bound)]);
    let region = |shell: Shell, line: &str| {
        let ran = shell.run(&format!("--sandbox {line} --output json")).exits(0);
        ran.json()["region"].as_str().map(str::to_owned).unwrap_or_default()
    };
    assert_eq!(region(shell(), "plan web.yaml"), "us-east-1");
    assert_eq!(region(shell(), "plan web.yaml --region eu-west-1"), "eu-west-1");
    assert_eq!(region(shell().env("AWS_REGION", "eu-west-2"), "plan web.yaml"), "eu-west-2");
    assert_eq!(region(shell().env("AWS_DEFAULT_REGION", "eu-west-3"), "plan web.yaml"), "eu-west-3");
    let both = shell().env("AWS_REGION", "eu-west-2");
    assert_eq!(region(both, "plan web.yaml --region eu-west-1"), "eu-west-1");
    assert_eq!(region(shell().env("AWS_REGION", "eu-west-2"), "plan bound.yaml"), "us-east-1");
}

#[test]
fn nobody_listens() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("an address").port()
    };
    let shell = shell().for_endpoint();
    let ran = shell.run(&format!("--endpoint-url http://127.0.0.1:{port} plan web.yaml")).exits(1);
    // Of several calls under way any may be the first to fail.
    let call = ran.stderr.split_whitespace().nth(1).expect("the operation").to_owned();
    snapshot!("endpoint_unreachable", ran.to_string().replace(&call, "OPERATION"));
    let ran = shell.run("--endpoint-url nonsense plan web.yaml").exits(1);
    snapshot!("endpoint_no_url", ran.to_string());
}
