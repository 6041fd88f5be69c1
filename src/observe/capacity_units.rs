//! Load balancer capacity units: what a load balancer is paid for beside its hours (S90).
//!
//! Of each hour only the dimension counts in which most units were used: new connections or bytes.

use crate::lambda::cell::Cell;
use crate::scenario::model::{GatewayId, Metered, Mode, Scenario};
use crate::units::SimTime;

use super::metering::MeteredUsage;

/// Milliseconds of an hour: the parts of an LCU-hour.
const HOUR_MS: u128 = 3_600_000;
const HOUR_NANOS: u64 = 3_600_000_000_000;

/// What one load balancer has done in the hour that is running, in all and by requests of the steady part.
#[derive(Clone, Debug)]
pub struct CapacityUnits {
    /// Of an hour with one unit.
    connections_of_unit: u128,
    bytes_of_unit: u128,
    hour: u64,
    now: [Load; 2],
    /// Bytes of a request and of a response, by index of the function within the cell.
    sizes: Vec<(u64, u64)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Load {
    connections: u128,
    bytes: u128,
}

impl CapacityUnits {
    /// Of a load balancer. A request and its response are as large as the largest that come through it to the same function.
    pub(super) fn new(scenario: &Scenario, cell: &Cell, gateway: GatewayId) -> Self {
        let size = |id: &crate::scenario::model::FunctionId| {
            let function = &scenario.functions[id.0 as usize];
            let through = scenario.traffic.iter().filter(|source| {
                source.mode == Mode::Sync && source.via == Some(gateway) && source.function() == Some(*id)
            });
            let sizes = through.map(|source| {
                let payload = source.overrides.payload.unwrap_or(function.payload);
                (payload.request.count(), payload.response.count())
            });
            sizes.fold((0, 0), |most, size| (most.0.max(size.0), most.1.max(size.1)))
        };
        Self {
            connections_of_unit: u128::from(scenario.platform.lcu_new_connections) * 3_600,
            bytes_of_unit: u128::from(scenario.platform.lcu_lambda_bytes.count()),
            hour: 0,
            now: [Load::default(); 2],
            sizes: cell.functions.iter().map(size).collect(),
        }
    }

    /// A request came, over a connection of its own.
    pub(super) fn came(&mut self, now: SimTime, function: u32, counts: bool, usage: &mut MeteredUsage) {
        let bytes = self.sizes[function as usize].0;
        self.add(now, Load { connections: 1, bytes: u128::from(bytes) }, counts, usage);
    }

    /// The function has answered.
    pub(super) fn answered(&mut self, now: SimTime, function: u32, counts: bool, usage: &mut MeteredUsage) {
        let bytes = self.sizes[function as usize].1;
        self.add(now, Load { connections: 0, bytes: u128::from(bytes) }, counts, usage);
    }

    fn add(&mut self, now: SimTime, load: Load, counts: bool, usage: &mut MeteredUsage) {
        let hour = now.nanos() / HOUR_NANOS;
        if hour != self.hour {
            self.close(usage);
            self.hour = hour;
        }
        for kept in &mut self.now[..=usize::from(counts)] {
            kept.connections += load.connections;
            kept.bytes += load.bytes;
        }
    }

    /// The hour is over, or the run.
    pub(super) fn close(&mut self, usage: &mut MeteredUsage) {
        let [all, steady] = std::mem::take(&mut self.now).map(|load| self.units(load));
        let began = SimTime::ZERO + crate::units::SimDuration::from_nanos(self.hour * HOUR_NANOS);
        usage.add(began, Metered::AlbCapacityTime, all, false);
        usage.add_steady(Metered::AlbCapacityTime, steady);
    }

    /// Parts of an LCU-hour, rounded up.
    fn units(&self, load: Load) -> u128 {
        let parts = |used: u128, of_unit: u128| (used * HOUR_MS).div_ceil(of_unit.max(1));
        parts(load.connections, self.connections_of_unit).max(parts(load.bytes, self.bytes_of_unit))
    }
}
