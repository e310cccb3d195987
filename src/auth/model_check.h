#pragma once

#include "auth/status_report.h"

namespace openclaw::auth {

struct ModelInUse {
    ModelRef model;
    std::string role;
};

// Judged by what a request would meet, best first: a credential that lasts, one that ends soon, one whose
// end nobody knows or that was refused.
ModelCheck check_model(const ModelInUse& use, const Resolution& resolution, const StatusRequest& request);

}  // namespace openclaw::auth
