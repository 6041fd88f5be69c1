//! Loss and waiting with a fixed number of servers.

/// Erlang B: the share of Poisson arrivals that find all `servers` busy and are lost, `offered` in erlangs.
///
/// Exact for any distribution of the holding time. Recursion B(k) = a B(k − 1) / (k + a B(k − 1)), B(0) = 1:
/// Kleinrock, Queueing Systems I, 3.6.
pub fn erlang_b(servers: u32, offered: f64) -> f64 {
    (1..=servers).fold(1.0, |blocked, k| {
        let product = offered * blocked;
        product / (f64::from(k) + product)
    })
}

/// The smallest number of servers that loses at most the share `lost`; `None` beyond a million.
pub fn servers_for_loss(offered: f64, lost: f64) -> Option<u32> {
    let mut blocked = 1.0;
    for servers in 0..=1_000_000 {
        if blocked <= lost {
            return Some(servers);
        }
        let product = offered * blocked;
        blocked = product / (f64::from(servers + 1) + product);
    }
    None
}

/// Mean number of busy servers where blocked arrivals are lost: a (1 − B).
pub fn carried(servers: u32, offered: f64) -> f64 {
    offered * (1.0 - erlang_b(servers, offered))
}

/// Mean and variance of the load that overflows `servers` into an unlimited group (Riordan, in Wilkinson,
/// Bell System Technical Journal 35 (1956) 421–514): α = a B, v = α (1 − α + a / (p + 1 + α − a)).
pub fn overflow(servers: u32, offered: f64) -> (f64, f64) {
    let mean = offered * erlang_b(servers, offered);
    let variance = mean * (1.0 - mean + offered / (f64::from(servers) + 1.0 + mean - offered));
    (mean, variance)
}

/// Erlang C: the share of Poisson arrivals that must wait for one of `servers` with exponential service; 1 when
/// the servers cannot keep up.
pub fn erlang_c(servers: u32, offered: f64) -> f64 {
    let count = f64::from(servers);
    if offered >= count {
        return 1.0;
    }
    let blocked = erlang_b(servers, offered);
    count * blocked / (count - offered * (1.0 - blocked))
}

/// Mean wait in the queue before `servers`, in units of the mean service time; infinite when they cannot keep up.
pub fn mean_wait(servers: u32, offered: f64) -> f64 {
    let spare = f64::from(servers) - offered;
    if spare <= 0.0 { f64::INFINITY } else { erlang_c(servers, offered) / spare }
}

/// Mean wait before one server with Poisson arrivals and any service time (Pollaczek and Khinchine), in units of
/// the mean service time; `cv` is standard deviation over mean of the service time.
pub fn mean_wait_single(offered: f64, cv: f64) -> f64 {
    if offered >= 1.0 { f64::INFINITY } else { offered * (1.0 + cv * cv) / (2.0 * (1.0 - offered)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_finds_the_first_number_that_is_enough() {
        let servers = servers_for_loss(90.0, 0.01).unwrap();
        assert!(erlang_b(servers, 90.0) <= 0.01 && erlang_b(servers - 1, 90.0) > 0.01);
        assert_eq!(servers_for_loss(0.0, 0.5), Some(1));
        assert_eq!(servers_for_loss(5.0, 1.0), Some(0));
    }

    #[test]
    fn overloaded_servers_make_everybody_wait_for_ever() {
        assert_eq!((erlang_c(3, 3.0), mean_wait(3, 3.5)), (1.0, f64::INFINITY));
        assert_eq!(mean_wait_single(1.0, 0.0), f64::INFINITY);
    }
}
