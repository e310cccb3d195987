#pragma once

#include <string>
#include <vector>

#include "access/authority/certificate.h"
#include "platform/host_names.h"

namespace openclaw::access {

// What a gateway is reached by: "localhost", the host's name, alone and under .local, and its addresses; what
// was added besides. Bridges and pairs of containers are left out, and addresses of IPv6 that change by
// themselves: of that family those of a private network stay.
ServerNames server_names(const std::string& host, const std::vector<platform::InterfaceAddress>& addresses,
                         const std::vector<std::string>& added);
// The same of this machine, now.
ServerNames server_names_here(const std::vector<std::string>& added);

// Whether a certificate with these names is one for this host: a star stands for one label.
bool names_host(const ServerNames& names, const std::string& host);

}  // namespace openclaw::access
