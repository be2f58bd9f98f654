//! CIDR blocks of both address families.

use std::net::IpAddr;

/// A block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr {
    address: IpAddr,
    length: u8,
}

impl Cidr {
    /// Reads `10.0.0.0/8` or `2001:db8::/32`; `None` for what is no block.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let length: u8 = length.parse().ok()?;
        (length <= width(address)).then_some(Self { address, length })
    }

    /// Whether the address is in the block. No address of one family is in a block of the other.
    pub fn contains(&self, address: IpAddr) -> bool {
        let shift = u32::from(width(self.address) - self.length);
        let head = |address: IpAddr| bits(address).checked_shr(shift).unwrap_or(0);
        self.address.is_ipv4() == address.is_ipv4() && head(self.address) == head(address)
    }

    /// The addresses that are in both: blocks contain each other or have none in common.
    pub fn meet(self, other: Self) -> Option<Self> {
        let (wide, narrow) = if self.length <= other.length { (self, other) } else { (other, self) };
        wide.contains(narrow.address).then_some(narrow)
    }

    /// One address of the block.
    pub fn address(&self) -> IpAddr {
        self.address
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}
