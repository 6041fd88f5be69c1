//! Network interfaces of a VPC: how many its environments need, and whether there is room for another one (S28).

use std::collections::BTreeMap;

use crate::scenario::model::Vpc;

use super::fault::Fault;

/// Whether another environment finds a network interface, beside those alive in the same VPC: `alive` counts them by their
/// set of security groups, since each set has interfaces of its own.
///
/// # Errors
/// The exception of AWS: no free address, or as many interfaces as a VPC may have.
pub fn room_for_another<'s>(vpc: &'s Vpc, mut alive: BTreeMap<&'s [String], u64>) -> Result<(), Fault> {
    *alive.entry(&vpc.security_groups).or_default() += 1;
    let needed: u64 = if vpc.interface_per_environment {
        alive.values().sum()
    } else {
        let shared =
            |alive: &u64| u64::from(vpc.zones) * alive.div_ceil(u64::from(vpc.interface_environments));
        alive.values().map(shared).sum()
    };
    if vpc.free_addresses.is_some_and(|free| needed > u64::from(free)) {
        Err(Fault::SubnetAddressesUsedUp)
    } else if needed > u64::from(vpc.interface_limit) {
        Err(Fault::NetworkInterfacesUsedUp)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    fn vpc(free_addresses: Option<u32>, interface_per_environment: bool) -> Vpc {
        Vpc {
            name: "vpc".into(),
            zones: 2,
            nat_gateways: 0,
            interface_endpoints: Vec::new(),
            security_groups: Vec::new(),
            free_addresses,
            interface_per_environment,
            interface_environments: 65_000,
            interface_limit: 250,
            attach: SimDuration::ZERO,
        }
    }

    fn room(vpc: &Vpc, alive: u64) -> Result<(), Fault> {
        room_for_another(vpc, BTreeMap::from([(&vpc.security_groups[..], alive)]))
    }

    #[test]
    fn environments_share_an_interface_in_each_zone() {
        assert_eq!(room(&vpc(Some(2), false), 64_999), Ok(()));
        assert_eq!(room(&vpc(Some(2), false), 65_000), Err(Fault::SubnetAddressesUsedUp));
        assert_eq!(room(&vpc(Some(1), false), 0), Err(Fault::SubnetAddressesUsedUp));
    }

    #[test]
    fn another_set_of_security_groups_needs_interfaces_of_its_own() {
        let other = ["web".to_owned()];
        let beside = |free| room_for_another(&vpc(Some(free), false), BTreeMap::from([(&other[..], 1)]));
        assert_eq!(beside(4), Ok(()));
        assert_eq!(beside(3), Err(Fault::SubnetAddressesUsedUp));
    }

    #[test]
    fn in_2019_every_environment_had_its_own() {
        assert_eq!(room(&vpc(None, true), 249), Ok(()));
        assert_eq!(room(&vpc(None, true), 250), Err(Fault::NetworkInterfacesUsedUp));
        assert_eq!(room(&vpc(Some(3), true), 3), Err(Fault::SubnetAddressesUsedUp));
    }
}
