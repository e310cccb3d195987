#pragma once

#include "gateway/http/routes.h"

// The handlers that routes.cpp lists.
namespace openclaw::gateway::http {

net::Task<void> healthz(Visit& visit);           // probes.cpp
net::Task<void> readyz(Visit& visit);            // probes.cpp
net::Task<void> chat_completions(Visit& visit);  // chat_completions.cpp

}  // namespace openclaw::gateway::http
