"""The only HTTP: routes by noun, problem details, the live stream, and the checked-in OpenAPI document."""
