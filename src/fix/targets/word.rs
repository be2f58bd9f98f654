//! A target on the command line: `i-0a1b2c3d`, `10.0.1.7:8080`, `[2001:db8::1]:80`, `10.9.0.7@all`.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// What is named. What is left out is the group's port, and no zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// An instance id or an IP address.
    pub id: String,
    /// `:PORT`.
    pub port: Option<u16>,
    /// `@ZONE`; `all` for an address outside the VPC.
    pub zone: Option<String>,
}

impl FromStr for Word {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (rest, zone) = match text.rsplit_once('@') {
            Some((_, "")) => return Err("a zone follows the `@`, such as us-east-1a or all".to_owned()),
            Some((rest, zone)) => (rest, Some(zone.to_owned())),
            None => (text, None),
        };
        let (id, port) = split(rest)?;
        if !is_instance(&id) && id.parse::<IpAddr>().is_err() {
            return Err(
                "write an instance id (i-0a1b2c3d) or an IP address, then :PORT and @ZONE as needed; \
                        IPv6 stands in brackets"
                    .to_owned(),
            );
        }
        let port = port.map(|port| number(&port)).transpose()?;
        Ok(Self { id, port, zone })
    }
}

/// The name and the text behind its colon.
fn split(text: &str) -> Result<(String, Option<String>), String> {
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, rest)) = rest.split_once(']') else {
            return Err("the bracket is not closed: [2001:db8::1]:80".to_owned());
        };
        if address.parse::<Ipv6Addr>().is_err() {
            return Err(format!("`{address}` is no IPv6 address"));
        }
        return match (rest, rest.strip_prefix(':')) {
            ("", _) => Ok((address.to_owned(), None)),
            (_, Some(port)) => Ok((address.to_owned(), Some(port.to_owned()))),
            (_, None) => Err("after the bracket only :PORT may follow".to_owned()),
        };
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        return Ok((text.to_owned(), None));
    }
    Ok(match text.split_once(':') {
        Some((id, port)) => (id.to_owned(), Some(port.to_owned())),
        None => (text.to_owned(), None),
    })
}

fn number(text: &str) -> Result<u16, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|port| *port > 0 && digits);
    port.ok_or_else(|| format!("a port is from 1 to 65535, found `{text}`"))
}

/// Whether it is an instance id.
pub fn is_instance(id: &str) -> bool {
    let digits = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    id.strip_prefix("i-").is_some_and(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, Option<u16>, Option<String>)> {
        text.parse::<Word>().ok().map(|word| (word.id, word.port, word.zone))
    }

    #[test]
    fn all_forms_are_read() {
        let all = Some("all".to_owned());
        for (text, id, port, zone) in [
            ("i-0a1b", "i-0a1b", None, None),
            ("i-0a1b:8080", "i-0a1b", Some(8080), None),
            ("10.0.1.7", "10.0.1.7", None, None),
            ("10.0.1.7:80@all", "10.0.1.7", Some(80), all.clone()),
            ("10.0.1.7@all", "10.0.1.7", None, all.clone()),
            ("[2001:db8::1]:80", "2001:db8::1", Some(80), None),
            ("[2001:db8::1]@all", "2001:db8::1", None, all),
            ("2001:db8::1", "2001:db8::1", None, None),
        ] {
            assert_eq!(read(text), Some((id.to_owned(), port, zone)), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let bad = [
            "",
            ":80",
            "i-",
            "i-xyz",
            "web-1",
            "10.0.1",
            "10.0.1.7:",
            "10.0.1.7:0",
            "10.0.1.7:65536",
            "10.0.1.7:+80",
            "10.0.1.7@",
            "[10.0.1.7]:80",
            "[2001:db8::1",
            "[2001:db8::1]80",
            "10.0.1.7:80:90",
            "@all",
        ];
        for text in bad {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
