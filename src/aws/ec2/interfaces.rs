//! DescribeNetworkInterfaces: the form that is sent, and the page that comes back.

use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError};

use super::{DESCRIBE_NETWORK_INTERFACES, complete, items, text};
use crate::doctor::facts::Interface;

/// The parameters behind the name of the operation.
pub(super) fn form(vpc: &str, filter: &str, values: &[String], marker: Option<&str>) -> String {
    let mut form = format!("&Filter.1.Name=vpc-id&Filter.1.Value.1={}", encoded(vpc));
    form.push_str(&format!("&Filter.2.Name={}", encoded(filter)));
    for (index, value) in values.iter().enumerate() {
        form.push_str(&format!("&Filter.2.Value.{}={}", index + 1, encoded(value)));
    }
    if let Some(marker) = marker {
        form.push_str(&format!("&NextToken={}", encoded(marker)));
    }
    form
}

/// A value as a form carries it: percent-encoded but for what is unreserved. RFC 3986, section 2.3.
fn encoded(value: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(one).collect()
}

/// The interfaces of an answer, and the marker of the next page.
pub(super) fn page(body: &str) -> Result<(Vec<Interface>, Option<String>), XmlDecodeError> {
    complete(body, DESCRIBE_NETWORK_INTERFACES)?;
    let mut document = Document::new(body);
    let mut root = document.root_element()?;
    let (mut found, mut marker) = (None, None);
    while let Some(tag) = root.next_tag() {
        match tag.start_el().local().to_owned().as_str() {
            "networkInterfaceSet" => found = Some(items(tag, interface)?),
            "nextToken" => marker = Some(text(tag)?).filter(|token| !token.is_empty()),
            _ => {}
        }
    }
    Ok((found.ok_or_else(|| XmlDecodeError::custom("no networkInterfaceSet"))?, marker))
}

fn interface(mut item: ScopedDecoder<'_, '_>) -> Result<Interface, XmlDecodeError> {
    let mut one = Interface::default();
    while let Some(mut tag) = item.next_tag() {
        match tag.start_el().local().to_owned().as_str() {
            "networkInterfaceId" => one.id = text(tag)?,
            "groupSet" => one.security_groups = items(tag, |item| inner(item, "groupId"))?,
            "privateIpAddressesSet" => one.addresses = items(tag, |item| inner(item, "privateIpAddress"))?,
            "attachment" => {
                while let Some(part) = tag.next_tag() {
                    match part.start_el().local().to_owned().as_str() {
                        "instanceId" => one.instance = Some(text(part)?),
                        "deviceIndex" => one.primary = text(part)? == "0",
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(one)
}

/// The text of one element of an item.
fn inner(mut item: ScopedDecoder<'_, '_>, name: &str) -> Result<String, XmlDecodeError> {
    let mut found = String::new();
    while let Some(tag) = item.next_tag() {
        if tag.start_el().local() == name {
            found = text(tag)?;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the API reference shows an answer.
    const ANSWER: &str = r#"<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>fc45294c-006b-457b-bab9-012f5b3b0e40</requestId>
  <networkInterfaceSet>
    <item>
      <networkInterfaceId>eni-0f62d866</networkInterfaceId>
      <vpcId>vpc-cc3c87a5</vpcId>
      <privateIpAddress>10.0.0.146</privateIpAddress>
      <groupSet>
        <item><groupId>sg-3f4b5653</groupId><groupName>default</groupName></item>
        <item><groupId>sg-2</groupId></item>
      </groupSet>
      <attachment>
        <attachmentId>eni-attach-6537fc0c</attachmentId>
        <instanceId>i-1234567890abcdef0</instanceId>
        <deviceIndex>0</deviceIndex>
      </attachment>
      <privateIpAddressesSet>
        <item><privateIpAddress>10.0.0.146</privateIpAddress><primary>true</primary></item>
        <item><privateIpAddress>10.0.0.148</privateIpAddress>
          <association><publicIp>192.0.2.0</publicIp></association></item>
      </privateIpAddressesSet>
    </item>
    <item><networkInterfaceId>eni-2</networkInterfaceId><attachment><deviceIndex>1</deviceIndex></attachment></item>
  </networkInterfaceSet>
  <nextToken>a+b=</nextToken>
</DescribeNetworkInterfacesResponse>"#;

    #[test]
    fn a_page_is_read() {
        let (all, marker) = page(ANSWER).expect("a page");
        assert_eq!(marker.as_deref(), Some("a+b="));
        let [first, second] = all.as_slice() else { panic!("{all:#?}") };
        let own = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let want = Interface {
            id: "eni-0f62d866".to_owned(),
            instance: Some("i-1234567890abcdef0".to_owned()),
            primary: true,
            addresses: own(&["10.0.0.146", "10.0.0.148"]),
            security_groups: own(&["sg-3f4b5653", "sg-2"]),
        };
        assert_eq!(*first, want);
        assert_eq!(*second, Interface { id: "eni-2".to_owned(), ..Interface::default() });
        for bad in [
            "",
            "<html>",
            &ANSWER[..900],
            "<DescribeNetworkInterfacesResponse></DescribeNetworkInterfacesResponse>",
        ] {
            assert!(page(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn forms_are_encoded() {
        let values = ["10.0.0.1".to_owned(), "a&b".to_owned()];
        assert_eq!(
            form("vpc-1", "private-ip-address", &values, Some("a+b=")),
            "&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1&Filter.2.Name=private-ip-address&Filter.2.Value.1=10.0.0.1\
             &Filter.2.Value.2=a%26b&NextToken=a%2Bb%3D"
        );
    }
}
