"""Policy: typed readers of config/*.yaml. Facts and numbers, no behaviour."""
