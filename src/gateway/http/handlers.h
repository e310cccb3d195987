#pragma once

#include "gateway/http/routes.h"

// The handlers that routes.cpp lists.
namespace openclaw::gateway::http {

net::Task<void> healthz(Visit& visit);           // probes.cpp
net::Task<void> readyz(Visit& visit);            // probes.cpp
net::Task<void> chat_completions(Visit& visit);  // chat_completions.cpp

// enrol.cpp: how one gets a certificate in the first place, and the next one.
net::Task<void> enrol_page(Visit& visit);
net::Task<void> enrol_server_root(Visit& visit);
net::Task<void> enrol_join(Visit& visit);
net::Task<void> enrol_renew(Visit& visit);
net::Task<void> enrol_open(Visit& visit);
net::Task<void> enrol_wait(Visit& visit);
net::Task<void> enrol_file(Visit& visit);

}  // namespace openclaw::gateway::http
