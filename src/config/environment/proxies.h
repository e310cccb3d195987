#pragma once

#include "config/environment/environment.h"
#include "net/http/proxy.h"

namespace openclaw::config {

// The proxies that the environment names (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY in either spelling).
net::ProxySettings proxies_of(const Environment& environment);

}  // namespace openclaw::config
