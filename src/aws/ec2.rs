//! The calls of EC2 that a diagnosis needs: DescribeSecurityGroups and DescribeNetworkInterfaces.
//!
//! EC2 speaks a variant of the query protocol: a form in, XML out; a list's items are elements `item`.

mod interfaces;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};

use super::error::incomplete;
use super::signed::{Caller, Outgoing};
use crate::doctor::facts::{Interface, IpRule, SecurityGroup};
use crate::exec::ServiceError;

/// The API name.
pub const DESCRIBE_SECURITY_GROUPS: &str = "DescribeSecurityGroups";

/// The API name.
pub const DESCRIBE_NETWORK_INTERFACES: &str = "DescribeNetworkInterfaces";

/// The version of the API.
const VERSION: &str = "2016-11-15";

/// A client of EC2.
#[derive(Clone, Debug)]
pub struct Ec2(Caller);

impl Ec2 {
    /// A client that is configured like those of the SDK.
    pub fn new(config: &SdkConfig) -> Self {
        Self(Caller::new(config, "EC2", "ec2", "application/x-www-form-urlencoded"))
    }

    /// What these security groups let in and out. API: DescribeSecurityGroups.
    ///
    /// # Errors
    /// AWS refuses, does not answer, or one of them does not exist.
    pub async fn security_groups(&self, ids: &[String]) -> Result<Vec<SecurityGroup>, ServiceError> {
        let operation = DESCRIBE_SECURITY_GROUPS;
        let mut body = format!("Action={operation}&Version={VERSION}");
        for (index, id) in ids.iter().enumerate() {
            // An id has no character that a form escapes; what else somebody answers is not sent on.
            let id: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            body.push_str(&format!("&GroupId.{}={id}", index + 1));
        }
        let request = Outgoing { operation, method: "POST", path: "/".to_owned(), body };
        let answer = self.0.send(request, read).await?;
        groups(&answer).map_err(|_| incomplete(operation, "security groups that can be read"))
    }

    /// A page of the network interfaces of a VPC that have one of these values for a filter such as
    /// `attachment.instance-id`, and the marker of the next page. API: DescribeNetworkInterfaces.
    ///
    /// # Errors
    /// AWS refuses, or does not answer.
    pub async fn interfaces(
        &self,
        vpc: &str,
        filter: &str,
        values: &[String],
        marker: Option<&str>,
    ) -> Result<(Vec<Interface>, Option<String>), ServiceError> {
        let operation = DESCRIBE_NETWORK_INTERFACES;
        let form = interfaces::form(vpc, filter, values, marker);
        let body = format!("Action={operation}&Version={VERSION}{form}");
        let request = Outgoing { operation, method: "POST", path: "/".to_owned(), body };
        let answer = self.0.send(request, read).await?;
        interfaces::page(&answer).map_err(|_| incomplete(operation, "network interfaces that can be read"))
    }
}

/// The body of a success, or the code and message of an error. API: "Troubleshoot Amazon EC2 API requests".
fn read(answer: &HttpResponse) -> Result<String, OrchestratorError<ErrorMetadata>> {
    let body = String::from_utf8_lossy(answer.body().bytes().unwrap_or_default()).into_owned();
    if answer.status().is_success() {
        return Ok(body);
    }
    let mut meta = ErrorMetadata::builder();
    // What is no XML, as from a proxy, has no code: the status says enough.
    if let Some((code, message)) = error(&body) {
        meta = meta.code(code).message(message);
    }
    Err(OrchestratorError::operation(meta.build()))
}

/// Code and message of `<Response><Errors><Error>`, and of `<ErrorResponse><Error>` of the other services, as whoever
/// has no EC2 may answer.
fn error(body: &str) -> Option<(String, String)> {
    let mut document = Document::new(body);
    let (mut code, mut message) = (None, String::new());
    while let Some(start) = document.next_start_element() {
        let name = start.local().to_owned();
        if name == "Code" {
            code = try_data(&mut document.scoped_to(start)).ok().map(|text| text.into_owned());
        } else if name == "Message" {
            message = try_data(&mut document.scoped_to(start)).unwrap_or_default().into_owned();
        }
    }
    Some((code?, message))
}

/// Whether an answer is all there: the decoder takes the end of the text, or what is no XML, for the end of an element,
/// and the rest would be missing.
fn complete(body: &str, operation: &str) -> Result<(), XmlDecodeError> {
    let whole = body.trim_end().ends_with(&format!("</{operation}Response>"));
    if !whole || Document::new(body).any(|token| token.is_err()) {
        return Err(XmlDecodeError::custom("the answer is not complete"));
    }
    Ok(())
}

/// The groups of an answer.
fn groups(body: &str) -> Result<Vec<SecurityGroup>, XmlDecodeError> {
    complete(body, DESCRIBE_SECURITY_GROUPS)?;
    let mut document = Document::new(body);
    let mut root = document.root_element()?;
    let mut found = None;
    while let Some(tag) = root.next_tag() {
        if tag.start_el().matches("securityGroupInfo") {
            found = Some(items(tag, group)?);
        }
    }
    found.ok_or_else(|| XmlDecodeError::custom("no securityGroupInfo"))
}

/// The items of a list.
fn items<T>(
    mut list: ScopedDecoder<'_, '_>,
    one: fn(ScopedDecoder<'_, '_>) -> Result<T, XmlDecodeError>,
) -> Result<Vec<T>, XmlDecodeError> {
    let mut all = Vec::new();
    while let Some(item) = list.next_tag() {
        all.push(one(item)?);
    }
    Ok(all)
}

fn group(mut item: ScopedDecoder<'_, '_>) -> Result<SecurityGroup, XmlDecodeError> {
    let mut group = SecurityGroup::default();
    while let Some(tag) = item.next_tag() {
        match tag.start_el().local().to_owned().as_str() {
            "groupId" => group.id = text(tag)?,
            "ipPermissions" => group.inbound = items(tag, rule)?,
            "ipPermissionsEgress" => group.outbound = items(tag, rule)?,
            _ => {}
        }
    }
    Ok(group)
}

fn rule(mut item: ScopedDecoder<'_, '_>) -> Result<IpRule, XmlDecodeError> {
    let mut rule = IpRule::default();
    while let Some(tag) = item.next_tag() {
        match tag.start_el().local().to_owned().as_str() {
            "ipProtocol" => rule.protocol = text(tag)?,
            "fromPort" => rule.from = number(&text(tag)?)?,
            "toPort" => rule.to = number(&text(tag)?)?,
            "ipRanges" | "ipv6Ranges" => rule.cidrs.extend(items(tag, peer)?.into_iter().flatten()),
            "prefixListIds" | "groups" => rule.others.extend(items(tag, peer)?.into_iter().flatten()),
            _ => {}
        }
    }
    Ok(rule)
}

/// From or to where: a range, a prefix list, a group.
fn peer(mut item: ScopedDecoder<'_, '_>) -> Result<Option<String>, XmlDecodeError> {
    let mut found = None;
    while let Some(tag) = item.next_tag() {
        if matches!(tag.start_el().local(), "cidrIp" | "cidrIpv6" | "prefixListId" | "groupId") {
            found = Some(text(tag)?);
        }
    }
    Ok(found)
}

fn text(mut tag: ScopedDecoder<'_, '_>) -> Result<String, XmlDecodeError> {
    Ok(try_data(&mut tag)?.trim().to_owned())
}

/// A port; -1 of ICMP, and none, are no limit.
fn number(text: &str) -> Result<Option<u16>, XmlDecodeError> {
    match text.parse::<i32>() {
        Ok(-1) => Ok(None),
        Ok(port) => u16::try_from(port).map(Some).map_err(XmlDecodeError::unhandled),
        Err(error) => Err(XmlDecodeError::unhandled(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the API reference shows an answer.
    const ANSWER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<DescribeSecurityGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>1d62eae0-acdd-481d-88c9-example</requestId>
  <securityGroupInfo>
    <item>
      <ownerId>123456789012</ownerId>
      <groupId>sg-9bf6ceff</groupId>
      <groupDescription>a &lt;b&gt; &amp; c</groupDescription>
      <ipPermissions>
        <item>
          <ipProtocol>tcp</ipProtocol>
          <fromPort>22</fromPort>
          <toPort>23</toPort>
          <groups><item><userId>1</userId><groupId>sg-1</groupId></item></groups>
          <ipRanges><item><cidrIp>0.0.0.0/0</cidrIp><description>x</description></item></ipRanges>
          <ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6></item></ipv6Ranges>
          <prefixListIds><item><prefixListId>pl-1</prefixListId></item></prefixListIds>
        </item>
      </ipPermissions>
      <ipPermissionsEgress>
        <item><ipProtocol>-1</ipProtocol><groups/><ipRanges/></item>
      </ipPermissionsEgress>
      <tagSet><item><key>groupId</key><value>sg-0</value></item></tagSet>
    </item>
    <item><groupId>sg-2</groupId><ipPermissions/></item>
  </securityGroupInfo>
</DescribeSecurityGroupsResponse>"#;

    #[test]
    fn an_answer_is_read() {
        let all = groups(ANSWER).expect("groups");
        let [first, second] = all.as_slice() else { panic!("{all:#?}") };
        assert_eq!((first.id.as_str(), first.inbound.len(), first.outbound.len()), ("sg-9bf6ceff", 1, 1));
        let rule = &first.inbound[0];
        assert_eq!((rule.protocol.as_str(), rule.from, rule.to), ("tcp", Some(22), Some(23)));
        let mut others = rule.others.clone();
        others.sort();
        assert_eq!(
            (rule.cidrs.clone(), others),
            (vec!["0.0.0.0/0".into(), "::/0".into()], vec!["pl-1".into(), "sg-1".into()])
        );
        assert_eq!(first.outbound[0], IpRule { protocol: "-1".to_owned(), ..IpRule::default() });
        assert_eq!((second.id.as_str(), second.inbound.len()), ("sg-2", 0));
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for bad in ["", "<html>", "<a/>", "not xml", "{}", &ANSWER[..600]] {
            assert!(groups(bad).is_err(), "{bad}");
        }
        let bad_port = ANSWER.replace(">22<", ">70000<");
        assert!(groups(&bad_port).is_err());
    }

    #[test]
    fn errors_of_both_forms_are_read() {
        let inner = "<Error><Code>UnauthorizedOperation</Code><Message>a &amp; b</Message></Error>";
        let want = Some(("UnauthorizedOperation".to_owned(), "a & b".to_owned()));
        let ec2 = format!("<Response><Errors>{inner}</Errors><RequestID>1</RequestID></Response>");
        assert_eq!(error(&ec2), want);
        assert_eq!(error(&format!("<ErrorResponse>{inner}</ErrorResponse>")), want);
        assert_eq!(error("<html><body>Bad Gateway</body>"), None);
    }
}
