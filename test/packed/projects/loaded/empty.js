// What every module costs.
