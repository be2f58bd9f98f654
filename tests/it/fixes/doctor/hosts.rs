//! A host: which load balancer serves it, and the first broken link on the way of its requests.
