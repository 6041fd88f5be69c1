//! Network interfaces of a VPC: how many its environments need, and whether there is room for another one (S28).

use crate::scenario::model::Vpc;

use super::fault::Fault;

/// Whether another environment finds a network interface, beside `alive` ones in the same VPC.
///
/// # Errors
/// The exception of AWS: no free address, or as many interfaces as a VPC may have.
pub fn room_for_another(vpc: &Vpc, alive: u64) -> Result<(), Fault> {
    let environments = alive + 1;
    let needed = if vpc.interface_per_environment {
        environments
    } else {
        u64::from(vpc.zones) * environments.div_ceil(u64::from(vpc.interface_environments))
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
            free_addresses,
            interface_per_environment,
            interface_environments: 65_000,
            interface_limit: 250,
            attach: SimDuration::ZERO,
        }
    }

    #[test]
    fn environments_share_an_interface_in_each_zone() {
        assert_eq!(room_for_another(&vpc(Some(2), false), 64_999), Ok(()));
        assert_eq!(room_for_another(&vpc(Some(2), false), 65_000), Err(Fault::SubnetAddressesUsedUp));
        assert_eq!(room_for_another(&vpc(Some(1), false), 0), Err(Fault::SubnetAddressesUsedUp));
    }

    #[test]
    fn in_2019_every_environment_had_its_own() {
        assert_eq!(room_for_another(&vpc(None, true), 249), Ok(()));
        assert_eq!(room_for_another(&vpc(None, true), 250), Err(Fault::NetworkInterfacesUsedUp));
        assert_eq!(room_for_another(&vpc(Some(3), true), 3), Err(Fault::SubnetAddressesUsedUp));
    }
}
