//! Time series on one common grid.

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::observe::{Gauge, Series};
use crate::scenario::model::Scenario;
use crate::units::SimDuration;

use super::accumulated_cost;
use super::build::Observed;
use super::model::{
    ClientSeries, CostReport, DownstreamSeries, FunctionReport, FunctionSeries, GatewaySeries, QueueSeries,
    StreamSeries, TimeSeries,
};

/// The series of all functions and queues, with the coarsest step that any of them needed.
pub(super) fn build(
    scenario: &Scenario,
    observed: &Observed,
    cost: &CostReport,
    reports: &IndexMap<String, FunctionReport>,
) -> TimeSeries {
    let functions = observed.functions(scenario);
    let queues = observed.queues();
    let (streams, gateways, downstreams) = (observed.streams(), observed.gateways(), observed.downstreams());
    let gauges = streams
        .iter()
        .map(|(_, stream)| &stream.waiting)
        .chain(gateways.iter().map(|(_, gateway)| &gateway.open))
        .chain(downstreams.iter().map(|(_, downstream)| &downstream.in_progress));
    let of_queues = queues.iter().map(|(_, queue, _)| queue.series.step().max(queue.oldest.step()));
    let clients = observed.clients();
    let of_clients = clients.iter().map(|(_, client)| client.series.step());
    let steps = gauges.map(Gauge::step).chain(of_queues).chain(of_clients);
    let step = functions.iter().map(|function| function.statistics.series().step()).chain(steps).max();
    let step = step.unwrap_or(SimDuration::from_secs(1));
    let series: Vec<(String, Cow<'_, Series>)> = functions
        .iter()
        .map(|function| (function.config.name.clone(), function.statistics.series().coarsened(step)))
        .collect();
    let points = series.iter().map(|(_, series)| series.intervals().len()).max().unwrap_or(0);
    let points = points.max(observed.end.nanos().div_ceil(step.nanos()) as usize);
    TimeSeries {
        step_s: step.seconds(),
        cost_usd: accumulated_cost::build(&series, points, step.seconds(), cost, reports),
        functions: series
            .into_iter()
            .map(|(name, series)| (name, function_series(&series, points)))
            .collect(),
        queues: queues
            .into_iter()
            .map(|(id, queue, _)| {
                let series = QueueSeries {
                    depth: level(&queue.series, step, points),
                    oldest_age_s: queue.oldest.seconds(step, points),
                };
                (scenario.queues[id].name.clone(), series)
            })
            .collect(),
        streams: streams
            .into_iter()
            .map(|(id, stream)| {
                let series = StreamSeries {
                    waiting: stream.waiting.on_grid(step, points),
                    iterator_age_s: seconds(&stream.age, step, points),
                };
                (scenario.streams[id].name.clone(), series)
            })
            .collect(),
        gateways: gateways
            .into_iter()
            .map(|(id, gateway)| {
                let series = GatewaySeries { in_progress: gateway.open.on_grid(step, points) };
                (scenario.gateways[id].name.clone(), series)
            })
            .collect(),
        downstreams: downstreams
            .into_iter()
            .map(|(id, downstream)| {
                let series = DownstreamSeries {
                    in_progress: downstream.in_progress.on_grid(step, points),
                    connections: level(&downstream.series, step, points),
                };
                (scenario.downstreams[id].name.clone(), series)
            })
            .collect(),
        clients: clients
            .into_iter()
            .map(|(id, client)| {
                let intervals = client.series.on_grid(step, points);
                let series = ClientSeries {
                    calls: intervals.iter().map(|interval| interval.calls).collect(),
                    retries: intervals.iter().map(|interval| interval.retries).collect(),
                    succeeded: intervals.iter().map(|interval| interval.succeeded).collect(),
                    failed: intervals.iter().map(|interval| interval.failed).collect(),
                };
                (scenario.clients[id].name.clone(), series)
            })
            .collect(),
    }
}

fn seconds(nanos: &Gauge, step: SimDuration, points: usize) -> Vec<f64> {
    nanos.on_grid(step, points).into_iter().map(|nanos| nanos as f64 / 1e9).collect()
}

/// What has come less what has gone, at the end of each interval.
fn level(series: &Series, step: SimDuration, points: usize) -> Vec<u64> {
    let series = series.coarsened(step);
    let mut level = 0_u64;
    let levels = (0..points).map(|point| {
        let interval = series.intervals().get(point).copied().unwrap_or_default();
        level = (level + u64::from(interval.created)).saturating_sub(u64::from(interval.retired));
        level
    });
    levels.collect()
}

fn function_series(series: &Series, points: usize) -> FunctionSeries {
    let mut result = FunctionSeries {
        concurrency: Vec::with_capacity(points),
        concurrency_mean: Vec::with_capacity(points),
        environments: Vec::with_capacity(points),
        requests: Vec::with_capacity(points),
        throttles: Vec::with_capacity(points),
        errors: Vec::with_capacity(points),
        cold_starts: Vec::with_capacity(points),
        p50_ms: Vec::with_capacity(points),
        p99_ms: Vec::with_capacity(points),
    };
    let mut alive = 0_u32;
    let nanos = series.step().nanos() as f64;
    for point in 0..points {
        let interval = series.intervals().get(point).copied().unwrap_or_default();
        alive = (alive + interval.created).saturating_sub(interval.retired);
        result.concurrency.push(interval.concurrency_max);
        result.concurrency_mean.push(interval.concurrency_nanos as f64 / nanos);
        result.environments.push(alive);
        result.requests.push(interval.requests);
        result.throttles.push(interval.throttles);
        result.errors.push(interval.errors);
        result.cold_starts.push(interval.cold_starts);
        result.p50_ms.push(interval.p50_ms);
        result.p99_ms.push(interval.p99_ms);
    }
    result
}
