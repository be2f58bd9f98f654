//! What the public DNS answers: where ACM looks for validation records.

use super::State;

impl State {
    /// The target of the CNAME record of this name in the public DNS; names with or without the final dot.
    pub fn public_cname(&self, name: &str) -> Option<String> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let is_it = |key: &str| key.trim_end_matches('.').eq_ignore_ascii_case(&name);
        let outside = self.outside_dns.iter().find(|(key, _)| is_it(key)).map(|(_, target)| target.clone());
        outside.or_else(|| self.route53.public_cname(&name, self.now))
    }

    /// What a lookup of an address of this name finds in the public DNS: the target of a CNAME or an alias, or an
    /// address; names with or without the final dot.
    pub fn public_target(&self, name: &str) -> Option<String> {
        self.public_cname(name).or_else(|| self.route53.public_address(name, self.now))
    }
}
