"""One-off fixes on a load balancer that boto3 made: what albctl says it did, boto3 sees.

Imported by run.py, which gives the endpoint and counts.
"""
import json, os, subprocess, tempfile


class Failed(Exception):
    pass


class Shop:
    """A load balancer `web` with the groups `web-a` and `web-b`, an HTTP listener, a rule; nobody owns it."""

    def __init__(self, endpoint):
        elb = self.elb = endpoint.elb
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

    def attributes(self, group):
        found = self.elb.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
        return {one["Key"]: one["Value"] for one in found}

    def remove(self):
        self.elb.delete_load_balancer(LoadBalancerArn=self.balancer)
        for group in self.a, self.b:
            self.elb.delete_target_group(TargetGroupArn=group)


def runner(albctl, endpoint):
    """Runs one command line; its answer as JSON."""
    home = tempfile.mkdtemp(prefix="albctl-")

    def run(*words, want=0):
        command = [albctl, "--endpoint-url", endpoint.url, "--region", "us-east-1", "--output", "json", *words]
        env = dict(PATH=os.environ["PATH"], HOME=home, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
        done = subprocess.run(command, env=env, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        if done.returncode != want:
            raise Failed(f"{' '.join(words)} ended with {done.returncode}, not {want}\n{done.stdout}\n{done.stderr}")
        return json.loads(done.stdout)

    return run


def same(what, is_, wanted):
    if is_ != wanted:
        raise Failed(f"{what} is {is_!r}, not {wanted!r}")


def stickiness(shop, run):
    run("stickiness", "enable", "web-a", "--duration", "1h", "--yes")
    live = shop.attributes(shop.a)
    same("stickiness", (live["stickiness.enabled"], live["stickiness.lb_cookie.duration_seconds"]), ("true", "3600"))
    same("the second time", run("stickiness", "enable", "web-a", "--duration", "1h", "--yes")["outcome"], "unchanged")
    run("stickiness", "enable", "web-b", "--app-cookie", "SESSIONID", "--duration", "2h", "--yes")
    same("the cookie", shop.attributes(shop.b)["stickiness.app_cookie.cookie_name"], "SESSIONID")
    run("stickiness", "disable", "web-a", "web-b", "--yes")
    same("stickiness", [shop.attributes(one)["stickiness.enabled"] for one in (shop.a, shop.b)], ["false"] * 2)
    run("stickiness", "enable", "web-c", "--yes", want=1)
    run("stickiness", "enable", "web-a", "--duration", "8d", "--yes", want=2)


FIXES = [stickiness]


def all_of_them(albctl, endpoint):
    """(name, failure or None) of each."""
    run = runner(albctl, endpoint)
    for fix in FIXES:
        shop = Shop(endpoint)
        try:
            fix(shop, run)
            yield fix.__name__, None
        except Failed as failure:
            yield fix.__name__, failure
        finally:
            shop.remove()
