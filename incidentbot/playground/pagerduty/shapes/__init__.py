"""The JSON that PagerDuty answers and sends."""
