"""One-off fixes on a load balancer that boto3 made: what albctl says it did, boto3 sees.

Imported by run.py, which gives the endpoint and counts.
"""
import json, os, subprocess, tempfile

from between import Between, first, refusal


class Failed(Exception):
    pass


class Shop:
    """A load balancer `web` with the groups `web-a` and `web-b`, an HTTP listener, a rule; nobody owns it."""

    def __init__(self, endpoint, pem):
        elb, self.acm, self.pem = endpoint.elb, endpoint.acm, pem
        self.elb = elb
        ids = endpoint.ids
        vpc = ids.get("vpc-0a1b2c3d", "vpc-0a1b2c3d")
        subnets = [ids.get(one, one) for one in ("subnet-0aaa1111", "subnet-0bbb2222")]
        groups = [ids.get("sg-0a1b2c3d", "sg-0a1b2c3d")]
        self.balancer = elb.create_load_balancer(Name="web", Subnets=subnets, SecurityGroups=groups)["LoadBalancers"][0]["LoadBalancerArn"]
        make = lambda name: elb.create_target_group(Name=name, Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="ip")["TargetGroups"][0]["TargetGroupArn"]
        self.a, self.b = make("web-a"), make("web-b")
        elb.register_targets(TargetGroupArn=self.a, Targets=[{"Id": "10.0.1.10", "Port": 8080}])
        forward = lambda arn: [{"Type": "forward", "TargetGroupArn": arn}]
        listener = elb.create_listener(LoadBalancerArn=self.balancer, Protocol="HTTP", Port=80, DefaultActions=forward(self.a))
        self.listener = listener["Listeners"][0]["ListenerArn"]
        path = [{"Field": "path-pattern", "Values": ["/b/*"]}]
        self.rule = elb.create_rule(ListenerArn=self.listener, Priority=10, Conditions=path, Actions=forward(self.b))["Rules"][0]["RuleArn"]

    def certificate(self, name):
        certificate, key = self.pem(name)
        return self.acm.import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"]

    def https(self):
        """An HTTPS listener beside the other one."""
        secure = self.elb.create_listener(
            LoadBalancerArn=self.balancer, Protocol="HTTPS", Port=443, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
            Certificates=[{"CertificateArn": self.certificate("web.example.com")}],
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.a}])
        self.secure = secure["Listeners"][0]["ListenerArn"]

    def attributes(self, group):
        found = self.elb.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
        return {one["Key"]: one["Value"] for one in found}

    def remove(self):
        self.elb.delete_load_balancer(LoadBalancerArn=self.balancer)
        for group in self.a, self.b:
            self.elb.delete_target_group(TargetGroupArn=group)


def runner(albctl, url):
    """Runs one command line at an endpoint; its answer as JSON."""
    home = tempfile.mkdtemp(prefix="albctl-")

    def run(*words, want=0):
        command = [albctl, "--endpoint-url", url, "--region", "us-east-1", "--output", "json", *words]
        env = dict(PATH=os.environ["PATH"], HOME=home, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
        done = subprocess.run(command, env=env, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        if done.returncode != want:
            raise Failed(f"{' '.join(words)} ended with {done.returncode}, not {want}\n{done.stdout}\n{done.stderr}")
        # What the command line itself refuses is told in words.
        return json.loads(done.stdout) if done.stdout else None

    return run


def same(what, is_, wanted):
    if is_ != wanted:
        raise Failed(f"{what} is {is_!r}, not {wanted!r}")


def stickiness(shop, run):
    run("stickiness", "enable", "web-a", "--duration", "1h", "--yes")
    live = shop.attributes(shop.a)
    same("stickiness", (live["stickiness.enabled"], live["stickiness.lb_cookie.duration_seconds"]), ("true", "3600"))
    same("the second time", run("stickiness", "enable", "web-a", "--duration", "1h", "--yes")["results"][0]["outcome"], "unchanged")
    run("stickiness", "enable", "web-b", "--app-cookie", "SESSIONID", "--duration", "2h", "--yes")
    same("the cookie", shop.attributes(shop.b)["stickiness.app_cookie.cookie_name"], "SESSIONID")
    run("stickiness", "disable", "web-a", "web-b", "--yes")
    same("stickiness", [shop.attributes(one)["stickiness.enabled"] for one in (shop.a, shop.b)], ["false"] * 2)
    run("stickiness", "enable", "web-c", "--yes", want=1)
    run("stickiness", "enable", "web-a", "--duration", "8d", "--yes", want=2)


def targets(shop, run):
    run("targets", "add", "web-a", "10.0.1.11:9090", "--yes")
    ids = lambda: sorted((one["Target"]["Id"], one["Target"]["Port"]) for one in shop.elb.describe_target_health(TargetGroupArn=shop.a)["TargetHealthDescriptions"] if one["TargetHealth"]["State"] != "draining")
    same("targets", ids(), [("10.0.1.10", 8080), ("10.0.1.11", 9090)])
    same("the list", len(run("targets", "list", "web-a")["results"][0]["target_groups"][0]["targets"]), 2)
    run("targets", "remove", "web-a", "10.0.1.11:8080", "--yes", want=1)
    run("targets", "remove", "web-a", "10.0.1.11", "--yes")
    same("targets", ids(), [("10.0.1.10", 8080)])


def health(shop, run):
    run("health", "set", "web-a", "--path", "/ready", "--interval", "10s", "--codes", "200-299", "--yes")
    live = shop.elb.describe_target_groups(TargetGroupArns=[shop.a])["TargetGroups"][0]
    same("the check", (live["HealthCheckPath"], live["HealthCheckIntervalSeconds"], live["Matcher"]["HttpCode"]), ("/ready", 10, "200-299"))
    run("health", "set", "web-a", "--interval", "1s", "--yes", want=2)
    run("health", "web")


def redirect(shop, run):
    run("redirect", "enable", "web", "--yes", want=6)  # there is no HTTPS listener to send anybody to
    same("the default", shop.elb.describe_listeners(ListenerArns=[shop.listener])["Listeners"][0]["DefaultActions"][0]["Type"], "forward")
    shop.https()
    run("redirect", "enable", "web", "--status", "302", "--yes")
    action = shop.elb.describe_listeners(ListenerArns=[shop.listener])["Listeners"][0]["DefaultActions"][0]
    same("the redirect", (action["Type"], action["RedirectConfig"]["Protocol"], action["RedirectConfig"]["StatusCode"]), ("redirect", "HTTPS", "HTTP_302"))
    run("redirect", "disable", "web", "--forward", "web-a", "--yes")


def weights(shop, run):
    run("weights", "set", "web/80/10", "web-a=90", "web-b=10", "--allow", "no-healthy-target", "--yes")
    groups = shop.elb.describe_rules(RuleArns=[shop.rule])["Rules"][0]["Actions"][0]["ForwardConfig"]["TargetGroups"]
    same("weights", {one["TargetGroupArn"]: one["Weight"] for one in groups}, {shop.a: 90, shop.b: 10})
    run("weights", "set", "web/80/10", "web-a=1000", "--yes", want=2)
    run("weights", "show", "web/80/10")


def attributes(shop, run):
    run("attr", "set", "web", "idle_timeout=2m", "--yes")
    found = shop.elb.describe_load_balancer_attributes(LoadBalancerArn=shop.balancer)["Attributes"]
    same("idle_timeout", {one["Key"]: one["Value"] for one in found}["idle_timeout.timeout_seconds"], "120")
    run("attr", "set", "web-a", "deregistration_delay=10s", "--yes")
    same("the delay", shop.attributes(shop.a)["deregistration_delay.timeout_seconds"], "10")
    run("attr", "set", "web", "idle_timeut=2m", "--yes", want=2)
    run("attr", "get", "web")


def certificates(shop, run):
    shop.https()
    listed = run("cert", "list", "web")
    same("the certificates", len(listed["listeners"][0]["certificates"]), 1)
    other = shop.certificate("other.example.com")
    run("cert", "attach", "web/443", other, "--yes")
    arns = lambda: {one["CertificateArn"] for one in shop.elb.describe_listener_certificates(ListenerArn=shop.secure)["Certificates"]}
    same("attached", other in arns(), True)
    run("cert", "detach", "web/443", other, "--yes")
    same("attached", other in arns(), False)


def looks(shop, run):
    same("status", run("status", "web")["load_balancer"]["arn"], shop.balancer)
    same("list", [one["name"] for one in run("list")["load_balancers"]], ["web"])
    codes = lambda told: [one["code"] for one in told["findings"]]
    if "no-targets" not in codes(run("doctor", "web", want=1)):
        raise Failed("doctor does not see that web-b has no targets")


def trouble(shop, run):
    """Calls that are denied, throttled, or come too late."""
    del run  # albctl goes through the proxy
    between = Between(shop.url)
    run = runner(shop.albctl, between.url)
    write, enable = "ModifyTargetGroupAttributes", ("stickiness", "enable", "web-a", "--yes")
    try:
        between.meets[write] = lambda: refusal(403, "AccessDenied", "no policy allows it")
        denied = run(*enable, want=1)
        same("what is denied", (denied["error"]["code"], shop.attributes(shop.a)["stickiness.enabled"]), ("access-denied", "false"))
        between.meets[write] = first(2, refusal(400, "Throttling", "Rate exceeded"))
        between.calls.clear()
        same("what is throttled", (run(*enable)["results"][0]["outcome"], between.calls.count(write)), ("applied", 3))
        between.meets["DescribeTargetGroups"] = lambda: refusal(403, "AccessDenied", "no policy allows it")
        same("a denied read", run(*enable, want=1)["error"]["code"], "access-denied")
        del between.meets["DescribeTargetGroups"]
        vpc = shop.elb.describe_target_groups(TargetGroupArns=[shop.a])["TargetGroups"][0]["VpcId"]
        brief = shop.elb.create_target_group(Name="web-brief", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
        between.meets["ModifyTargetGroup"] = lambda: shop.elb.delete_target_group(TargetGroupArn=brief) and None
        late = run("health", "set", "web-brief", "--path", "/late", "--yes", want=1)
        same("what is deleted in between", late["error"]["code"], "TargetGroupNotFound")
    finally:
        between.close()


FIXES = [stickiness, targets, health, redirect, weights, attributes, certificates, looks, trouble]


def all_of_them(albctl, endpoint, pem):
    """(name, failure or None) of each."""
    run = runner(albctl, endpoint.url)
    for fix in FIXES:
        shop = Shop(endpoint, pem)
        shop.albctl, shop.url = albctl, endpoint.url
        try:
            fix(shop, run)
            yield fix.__name__, None
        except Failed as failure:
            yield fix.__name__, failure
        finally:
            shop.remove()
