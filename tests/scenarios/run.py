#!/usr/bin/env python3
"""The specs of `specs/`, end to end with the real binary against an endpoint: apply, an empty plan, one realistic
change, an empty plan again, destroy, and nothing of the stack is left, read back with boto3. Then the one-off fixes, on
a load balancer that albctl did not make.

    run.py --albctl target/debug/albctl --moto       # starts moto_server itself
    run.py --albctl target/debug/albctl --sandbox    # starts `albctl sandbox serve` itself

Needs boto3, and moto[server] for --moto. Prints `N passed, N failed` at the end.
"""
import argparse, datetime, io, json, os, pathlib, re, socket, subprocess, sys, tempfile, time, zipfile

import boto3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import fixes

ROOT = pathlib.Path(__file__).resolve().parents[2]
REGION = "us-east-1"

# Spec, the files beside it, and one change as people make it: (file, text, other text).
SCENARIOS = [
    ("quickstart.yaml", [], ("quickstart.yaml", "health_check: /health", "health_check: { path: /ready, interval: 10s }")),
    ("microservices.yaml", [], ("microservices.yaml", "enabled: false ", "enabled: true ")),
    ("microservices-hosts.yaml", [], ("microservices-hosts.yaml", "orders: { ecs:", "orders: { deregistration_delay: 10s, ecs:")),
    ("rundeck.yaml", [], ("rundeck.yaml", "lb_cookie: 1d", "lb_cookie: 7d")),
    ("flask-tls.yaml", [], ("flask-tls.yaml", "domain: flask.example.com,", "domain: www.flask.example.com,")),
    ("autostopping.yaml", [], ("autostopping.yaml", "host: \"billing.", "host: \"invoices.")),
    ("two-zone-website.yaml", [], ("two-zone-website.yaml", "# stickiness:", "stickiness:")),
    ("canary.yaml", [], ("canary.yaml", "canary: 5 }", "canary: 25 }")),
    ("environments/staging.yaml", ["environments/shop.yaml"], ("environments/shop.yaml", "port: 8025", "deregistration_delay: 10s, port: 8025")),
    ("environments/prod.yaml", ["environments/shop.yaml"], ("environments/prod.yaml", "idle_timeout: 2m", "idle_timeout: 90s")),
]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(command, port):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        if process.poll() is not None:
            sys.exit(f"{command[0]} ended with {process.returncode} before it listened")
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    sys.exit(f"{command[0]} does not listen on {port}")


def pem(name):
    """A certificate and its key, as anybody makes them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    begin = datetime.datetime(2025, 1, 1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begin)
    builder = builder.not_valid_after(begin + datetime.timedelta(days=3650))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return certificate, key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


class Endpoint:
    """Clients, a network, and the ids of that network in place of those in the specs."""

    def __init__(self, url, real_network):
        keys = dict(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION, endpoint_url=url)
        self.url, self.elb = url, boto3.client("elbv2", **keys)
        boto3.client("route53", **keys).create_hosted_zone(Name="example.com", CallerReference="scenarios")
        certificate, key = pem("*.autostopping.example.com")
        self.acm = boto3.client("acm", **keys)
        self.acm.import_certificate(Certificate=certificate, PrivateKey=key)
        self.ids = {}
        if real_network:
            ec2 = boto3.client("ec2", **keys)
            vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
            subnet = lambda i, z: ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=REGION + z)["Subnet"]["SubnetId"]
            a, b = subnet(1, "a"), subnet(2, "b")
            group = ec2.create_security_group(GroupName="alb", Description="alb", VpcId=vpc)["GroupId"]
            run = lambda: ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=a)["Instances"][0]["InstanceId"]
            trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
            role = boto3.client("iam", **keys).create_role(RoleName="warmup", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
            code = io.BytesIO()
            with zipfile.ZipFile(code, "w") as file:
                file.writestr("warmup.py", "def handler(event, context):\n    return {'statusCode': 202}\n")
            functions = boto3.client("lambda", **keys)
            functions.create_function(FunctionName="warmup", Runtime="python3.12", Role=role, Handler="warmup.handler", Code={"ZipFile": code.getvalue()}, Publish=True)
            functions.create_alias(FunctionName="warmup", Name="live", FunctionVersion="1")
            self.ids = {"vpc-0a1b2c3d": vpc, "subnet-0aaa1111": a, "subnet-0bbb2222": b, "sg-0a1b2c3d": group, "i-0a1b2c3d": run(), "i-0e4f5a6b": run()}

    def counts(self):
        balancers = self.elb.describe_load_balancers()["LoadBalancers"]
        return len(balancers), len(self.elb.describe_target_groups()["TargetGroups"])


class Failed(Exception):
    pass


class Scenario:
    def __init__(self, albctl, endpoint, spec, others, change):
        self.albctl, self.endpoint, self.spec, self.change = albctl, endpoint, spec, change
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="albctl-"))
        for name in [spec, *others]:
            text = (ROOT / "specs" / name).read_text()
            for old, new in endpoint.ids.items():
                text = text.replace(old, new)
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)

    def run(self, want, *arguments):
        command = [self.albctl, "--endpoint-url", self.endpoint.url, "--region", REGION, *arguments, str(self.folder / self.spec)]
        env = dict(PATH=os.environ["PATH"], HOME=str(self.folder), AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        if done.returncode != want:
            raise Failed(f"{' '.join(arguments)} ended with {done.returncode}, not {want}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def empty_plan(self):
        plan = json.loads(self.run(0, "--output", "json", "plan", "--exit-code"))
        if plan["changes"] or plan["steps"]:
            raise Failed(f"the plan after an apply is not empty: {json.dumps(plan['changes'], indent=1)}")

    def edit(self):
        name, old, new = self.change
        file = self.folder / name
        text = file.read_text()
        if old not in text:
            raise Failed(f"{name} has no `{old}` to change")
        file.write_text(text.replace(old, new))

    def check_live(self):
        """Every resource of the plan is there and carries its owner, by an independent client."""
        elb = self.endpoint.elb
        stack = re.search(r'^stack: "?([^"\n]*)', (self.folder / self.spec).read_text(), re.M)
        balancers = [b["LoadBalancerArn"] for b in elb.describe_load_balancers()["LoadBalancers"]]
        tags = [d for i in range(0, len(balancers), 20) for d in elb.describe_tags(ResourceArns=balancers[i:i + 20])["TagDescriptions"]]
        owners = [{t["Key"]: t["Value"] for t in d["Tags"]}.get("albctl:stack") for d in tags]
        if len(owners) != 1 or not owners[0] or (stack and "${" not in stack.group(1) and owners != [stack.group(1)]):
            raise Failed(f"load balancers are owned by {owners}")
        for listener in elb.describe_listeners(LoadBalancerArn=balancers[0])["Listeners"]:
            if not elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
                raise Failed(f"no rules on {listener['ListenerArn']}")

    def all(self):
        if self.endpoint.counts() != (0, 0):
            raise Failed("the endpoint is not empty before the scenario")
        self.run(0, "apply", "--yes")
        self.check_live()
        self.empty_plan()
        self.edit()
        self.run(3, "plan", "--exit-code")
        self.run(0, "apply", "--yes")
        self.empty_plan()
        self.run(0, "destroy", "--yes")
        if self.endpoint.counts() != (0, 0):
            raise Failed(f"left after destroy (load balancers, target groups): {self.endpoint.counts()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--albctl", required=True)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--moto", action="store_true")
    which.add_argument("--sandbox", action="store_true")
    options = parser.parse_args()
    albctl = str(pathlib.Path(options.albctl).resolve())
    port = free_port()
    if options.moto:
        server = start([str(pathlib.Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)], port)
    else:
        state = pathlib.Path(tempfile.mkdtemp(prefix="albctl-")) / "sandbox.json"
        furnish = [albctl, "--sandbox-state", str(state), "sandbox", "function", "create", "warmup", "--alias", "live"]
        subprocess.run(furnish, check=True, stdout=subprocess.DEVNULL)
        server = start([albctl, "--sandbox-state", str(state), "sandbox", "serve", "--port", str(port), "--speed", "1000"], port)
    passed = failed = 0
    try:
        endpoint = Endpoint(f"http://127.0.0.1:{port}", real_network=options.moto)
        for spec, others, change in SCENARIOS:
            try:
                Scenario(albctl, endpoint, spec, others, change).all()
                passed += 1
                print(f"ok      {spec}")
            except Failed as failure:
                failed += 1
                print(f"FAILED  {spec}: {failure}")
        for name, failure in fixes.all_of_them(albctl, endpoint, pem):
            passed, failed = (passed + 1, failed) if failure is None else (passed, failed + 1)
            print(f"ok      {name}" if failure is None else f"FAILED  {name}: {failure}")
    finally:
        server.terminate()
        server.wait(10)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
