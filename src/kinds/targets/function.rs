//! Lambda functions as targets: how they are named.
//!
//! API: `FunctionName` and `Qualifier` of Lambda; the target of a group of type lambda is the function's ARN, with the
//! alias or version.

/// A function, or an alias or a version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Where it is; none: where the load balancer is, which is the only place that AWS allows.
    pub home: Option<Home>,
    /// 1 to 64 letters, digits, `-` and `_`.
    pub name: String,
    /// The alias or version.
    pub qualifier: Option<String>,
}

/// The place of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The AWS region.
    pub region: String,
    /// 12 digits.
    pub account: String,
}

impl Home {
    /// The place of what is in a region and an account.
    pub fn new(region: &str, account: &str) -> Self {
        Self {
            partition: partition(region).to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
        }
    }
}

/// The partition of a region. API: "Amazon Resource Names", partitions.
fn partition(region: &str) -> &'static str {
    let known =
        [("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-isob-", "aws-iso-b"), ("us-iso-", "aws-iso")];
    known.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

impl Function {
    /// Reads `NAME`, `NAME:ALIAS` or an ARN.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let (home, rest) = match parts.as_slice() {
            ["arn", partition, "lambda", region, account, "function", rest @ ..] => {
                let home = [partition, region, account].map(|part| (*part).to_owned());
                let [partition, region, account] = home;
                (Some(Home { partition, region, account }), rest)
            }
            rest => (None, rest),
        };
        let (name, qualifier) = match rest {
            [name] => (*name, None),
            [name, qualifier] => (*name, Some((*qualifier).to_owned())),
            _ => return None,
        };
        let good = is_word(name, 64) && qualifier.as_ref().is_none_or(|qualifier| is_word(qualifier, 128));
        good.then(|| Self { home, name: name.to_owned(), qualifier })
    }

    /// `NAME` or `NAME:ALIAS`.
    pub fn short(&self) -> String {
        match &self.qualifier {
            Some(qualifier) => format!("{}:{qualifier}", self.name),
            None => self.name.clone(),
        }
    }

    /// The ARN; of a function that says no place, that in `home`.
    pub fn arn(&self, home: &Home) -> String {
        let Home { partition, region, account } = self.home.as_ref().unwrap_or(home);
        format!("arn:{partition}:lambda:{region}:{account}:function:{}", self.short())
    }
}

fn is_word(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// What people call the function of an ARN: `NAME:ALIAS`; any other text as it is.
pub fn short(text: &str) -> String {
    Function::parse(text).map_or_else(|| text.to_owned(), |function| function.short())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_are_one_function() {
        let home = Home::new("us-east-1", "123456789012");
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:warm";
        let read = |text: &str| Function::parse(text).map(|function| function.arn(&home));
        for (text, expected) in [("warm", arn.to_owned()), ("warm:live", format!("{arn}:live"))] {
            assert_eq!(read(text), Some(expected.clone()));
            assert_eq!(read(&expected), Some(expected.clone()));
            assert_eq!(short(&expected), text);
        }
        let long = "a".repeat(65);
        for bad in ["", "a b", "warm:", "a:b:c", "arn:aws:s3:::bucket", "warm:$LATEST", &long] {
            assert_eq!(Function::parse(bad), None, "{bad}");
        }
        assert_eq!(short("10.0.0.1"), "10.0.0.1");
    }

    #[test]
    fn the_partition_follows_the_region() {
        for (region, partition) in
            [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
        {
            assert_eq!(Home::new(region, "1").partition, partition);
        }
    }
}
