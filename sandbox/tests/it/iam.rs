//! IAM server certificates.

use serde_json::{Value, json};

use crate::harness::{Aws, aws, text, with};
use crate::keys::{self, P256, Pair, RSA, RSA_OTHER, own, pair, params};

/// The parameters of UploadServerCertificate.
pub fn named(name: &str, pair: &Pair) -> Value {
    json!({ "ServerCertificateName": name, "CertificateBody": pair.body, "PrivateKey": pair.key })
}

/// Uploads a certificate; the answer is its metadata.
pub fn upload(aws: &Aws, name: &str, more: Value) -> Value {
    let params = with(named(name, &pair(&["a.example.com"])), more);
    aws.iam("UploadServerCertificate", params)["ServerCertificateMetadata"].clone()
}

fn by(name: &str) -> Value {
    json!({ "ServerCertificateName": name })
}

#[test]
fn uploading_and_getting() {
    let aws = aws();
    let pair = pair(&["a.example.com"]);
    let tags = json!([{ "Key": "a", "Value": "1" }]);
    let more = json!({ "Path": "/albctl/us-east-1/web/", "Tags": tags });
    let made = aws.iam("UploadServerCertificate", with(named("n+=,.@-_1", &pair), more));
    let metadata = made["ServerCertificateMetadata"].clone();
    assert_eq!(made["Tags"], tags);
    let arn = "arn:aws:iam::000000000000:server-certificate/albctl/us-east-1/web/n+=,.@-_1";
    assert_eq!(metadata["Arn"], arn);
    assert_eq!(metadata["Path"], "/albctl/us-east-1/web/");
    assert_eq!(metadata["Expiration"], "2027-01-01T00:00:00.000Z");
    assert_eq!(text(&metadata["UploadDate"])[..10], *"2026-01-01");
    let id = text(&metadata["ServerCertificateId"]);
    assert!(id.starts_with("ASCA") && id.len() == 21, "{id}");
    let got = aws.iam("GetServerCertificate", by("n+=,.@-_1"))["ServerCertificate"].clone();
    assert_eq!(got["ServerCertificateMetadata"], metadata);
    assert_eq!(got["CertificateBody"], pair.body);
    assert_eq!((&got["CertificateChain"], &got["Tags"]), (&Value::Null, &tags));
    assert_eq!(upload(&aws, "m", json!({}))["Arn"], "arn:aws:iam::000000000000:server-certificate/m");
    let elsewhere = Aws { sandbox: aws.sandbox, region: "eu-west-1" };
    elsewhere.iam("GetServerCertificate", by("m"));
}

#[test]
fn names_and_paths() {
    let aws = aws();
    let params = |more: Value| with(named("n", &pair(&["a.example.com"])), more);
    let (long_name, long_path) = ("n".repeat(129), format!("/{}/", "p".repeat(511)));
    for more in [
        json!({ "ServerCertificateName": "" }),
        json!({ "ServerCertificateName": "a b" }),
        json!({ "ServerCertificateName": "a/b" }),
        json!({ "ServerCertificateName": long_name }),
        json!({ "ServerCertificateName": null }),
        json!({ "Path": "" }),
        json!({ "Path": "p/" }),
        json!({ "Path": "/p" }),
        json!({ "Path": "/p q/" }),
        json!({ "Path": long_path }),
        json!({ "CertificateBody": "x".repeat(16_385) }),
        json!({ "PrivateKey": "" }),
        json!({ "Surprise": "1" }),
    ] {
        aws.iam_refused(400, "ValidationError", "UploadServerCertificate", params(more));
    }
    upload(&aws, "n", json!({}));
    aws.iam_refused(
        409,
        "EntityAlreadyExists",
        "UploadServerCertificate",
        params(json!({ "Path": "/other/" })),
    );
    let other_case = params(json!({ "ServerCertificateName": "N" }));
    aws.iam_refused(409, "EntityAlreadyExists", "UploadServerCertificate", other_case.clone());
    aws.edit(|state| state.strict_guesses = false);
    aws.iam("UploadServerCertificate", other_case);
    aws.edit(|state| state.iam.max_server_certificates = 2);
    let third = params(json!({ "ServerCertificateName": "o" }));
    aws.iam_refused(409, "LimitExceeded", "UploadServerCertificate", third);
}

#[test]
fn twenty_of_them() {
    let aws = aws();
    (0..20).for_each(|n| drop(upload(&aws, &format!("n{n}"), json!({}))));
    let one_more = named("n20", &pair(&["a.example.com"]));
    aws.iam_refused(409, "LimitExceeded", "UploadServerCertificate", one_more);
}

#[test]
fn what_does_not_fit() {
    let aws = aws();
    let good = pair(&["a.example.com"]);
    let refused = |code: &str, more: Value| {
        aws.iam_refused(400, code, "UploadServerCertificate", with(named("n", &good), more))
    };
    let malformed = "MalformedCertificate";
    refused("KeyPairMismatch", json!({ "PrivateKey": RSA_OTHER.serialize_pem() }));
    refused("KeyPairMismatch", json!({ "PrivateKey": P256.serialize_pem() }));
    refused(malformed, json!({ "CertificateBody": "garbage" }));
    refused(malformed, json!({ "CertificateBody": good.key }));
    refused(malformed, json!({ "CertificateBody": format!("{0}{0}", good.body) }));
    refused(malformed, json!({ "PrivateKey": "garbage" }));
    refused(malformed, json!({ "PrivateKey": keys::pem("ENCRYPTED PRIVATE KEY", b"secret") }));
    refused(malformed, json!({ "PrivateKey": keys::ED25519.serialize_pem() }));
    refused(malformed, json!({ "CertificateChain": "garbage" }));
    let mut expired = params(&["a.example.com"]);
    expired.not_after = rcgen::date_time_ymd(2025, 12, 31);
    refused(malformed, json!({ "CertificateBody": own(expired, &RSA).body }));
    aws.iam("UploadServerCertificate", with(named("n", &good), json!({ "CertificateChain": "" })));
}

#[test]
fn chains_are_in_order() {
    let aws = aws();
    let (root, middle) = (keys::authority("root"), keys::authority("middle"));
    let root_pem = root.clone().self_signed(&*P256).unwrap().pem();
    let middle_pem = keys::signed(middle.clone(), &P256, &root);
    let leaf =
        Pair { body: keys::signed(params(&["a.example.com"]), &RSA, &middle), key: RSA.serialize_pem() };
    let chained = |name: &str, chain: String| with(named(name, &leaf), json!({ "CertificateChain": chain }));
    aws.iam("UploadServerCertificate", chained("a", format!("{middle_pem}{root_pem}")));
    aws.iam("UploadServerCertificate", chained("b", middle_pem.clone()));
    let wrong = |chain: String, index: &str| {
        let message =
            aws.iam_refused(400, "MalformedCertificate", "UploadServerCertificate", chained("c", chain));
        assert!(message.ends_with(index), "{message}");
    };
    wrong(format!("{root_pem}{middle_pem}"), "is: 0");
    wrong(format!("{middle_pem}{middle_pem}"), "is: 1");
    wrong(leaf.body.clone(), "is: 0");
    let got = aws.iam("GetServerCertificate", by("a"))["ServerCertificate"]["CertificateChain"].clone();
    assert_eq!(got, format!("{middle_pem}{root_pem}"));
}

#[test]
fn listing() {
    let aws = aws();
    for (name, path) in [("a", "/"), ("b", "/x/"), ("c", "/x/y/"), ("d", "/xy/")] {
        upload(&aws, name, json!({ "Path": path, "Tags": [{ "Key": "k", "Value": "v" }] }));
    }
    let names = |params: Value| {
        let answer = aws.iam("ListServerCertificates", params);
        let list = answer["ServerCertificateMetadataList"].as_array().cloned().unwrap_or_default();
        list.iter().map(|c| text(&c["ServerCertificateName"])).collect::<String>()
    };
    assert_eq!(names(json!({})), "abcd");
    assert_eq!(names(json!({ "PathPrefix": "/x/" })), "bc");
    assert_eq!(names(json!({ "PathPrefix": "/x" })), "bcd");
    assert_eq!(names(json!({ "PathPrefix": "/none/" })), "");
    let first = aws.iam("ListServerCertificates", json!({ "PathPrefix": "/x", "MaxItems": 2 }));
    assert_eq!(first["IsTruncated"], "true");
    let rest = json!({ "PathPrefix": "/x", "MaxItems": 2, "Marker": first["Marker"] });
    assert_eq!(names(rest.clone()), "d");
    let last = aws.iam("ListServerCertificates", rest);
    assert_eq!((&last["IsTruncated"], &last["Marker"]), (&json!("false"), &Value::Null));
    assert_eq!(last["ServerCertificateMetadataList"][0]["Tags"], Value::Null, "no tags in lists");
    for params in [
        json!({ "MaxItems": 0 }),
        json!({ "MaxItems": 1001 }),
        json!({ "Marker": "x" }),
        json!({ "PathPrefix": "x" }),
    ] {
        aws.iam_refused(400, "ValidationError", "ListServerCertificates", params);
    }
}

#[test]
fn renaming_changes_the_arn_and_nothing_else() {
    let aws = aws();
    let made = upload(&aws, "old", json!({ "Path": "/a/" }));
    upload(&aws, "taken", json!({}));
    let change = |more: Value| with(by("old"), more);
    let refused = |status, code: &str, more: Value| {
        aws.iam_refused(status, code, "UpdateServerCertificate", change(more));
    };
    refused(409, "EntityAlreadyExists", json!({ "NewServerCertificateName": "taken" }));
    refused(400, "ValidationError", json!({ "NewServerCertificateName": "a b" }));
    refused(400, "ValidationError", json!({ "NewPath": "b" }));
    refused(404, "NoSuchEntity", json!({ "ServerCertificateName": "none" }));
    let rename = json!({ "NewServerCertificateName": "new", "NewPath": "/b/" });
    aws.iam("UpdateServerCertificate", change(rename));
    aws.iam_refused(404, "NoSuchEntity", "GetServerCertificate", by("old"));
    let got =
        aws.iam("GetServerCertificate", by("new"))["ServerCertificate"]["ServerCertificateMetadata"].clone();
    assert_eq!(got["Arn"], "arn:aws:iam::000000000000:server-certificate/b/new");
    assert_eq!(got["ServerCertificateId"], made["ServerCertificateId"]);
    assert_eq!(got["UploadDate"], made["UploadDate"]);
    aws.iam("UpdateServerCertificate", by("new"));
}

#[test]
fn deleting() {
    let aws = aws();
    upload(&aws, "n", json!({}));
    aws.iam("DeleteServerCertificate", by("n"));
    for operation in ["GetServerCertificate", "DeleteServerCertificate", "ListServerCertificateTags"] {
        aws.iam_refused(404, "NoSuchEntity", operation, by("n"));
    }
    upload(&aws, "n", json!({}));
}

#[test]
fn tags() {
    let aws = aws();
    upload(&aws, "n", json!({}));
    let tag = |tags: &[(&str, &str)]| {
        let tags: Vec<Value> = tags.iter().map(|(k, v)| json!({ "Key": k, "Value": v })).collect();
        with(by("n"), json!({ "Tags": tags }))
    };
    let listed = || aws.iam("ListServerCertificateTags", by("n"))["Tags"].clone();
    aws.iam("TagServerCertificate", tag(&[("a", "1"), ("b", "2")]));
    aws.iam("TagServerCertificate", tag(&[("a", "3")]));
    assert_eq!(listed(), json!([{ "Key": "a", "Value": "3" }, { "Key": "b", "Value": "2" }]));
    aws.iam("UntagServerCertificate", with(by("n"), json!({ "TagKeys": ["b", "absent"] })));
    assert_eq!(listed(), json!([{ "Key": "a", "Value": "3" }]));
    aws.iam_refused(400, "InvalidInput", "TagServerCertificate", tag(&[("aws:a", "1")]));
    aws.iam_refused(400, "InvalidInput", "UntagServerCertificate", with(by("n"), json!({ "TagKeys": [""] })));
    let keys: Vec<String> = (0..50).map(|n| n.to_string()).collect();
    let many: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "")).collect();
    aws.iam_refused(409, "LimitExceeded", "TagServerCertificate", tag(&many));
    let gone = with(tag(&[("a", "1")]), json!({ "ServerCertificateName": "none" }));
    aws.iam_refused(404, "NoSuchEntity", "TagServerCertificate", gone);
}
