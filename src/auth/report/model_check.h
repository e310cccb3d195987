#pragma once

#include "auth/report/status_report.h"

namespace openclaw::auth {

struct ModelInUse {
    ModelRef model;
    std::string role;
};
std::vector<ModelInUse> models_in_use(const ModelPlan& plan);

// What the next request of that model would meet; of no model: what rests as a whole is passed over.
Resolution resolution_of(const ModelRef& model, const StatusRequest& request, const Index& index);

// Judged by what a request would meet, best first: a credential that lasts, one that ends soon, one whose
// end nobody knows or that was refused.
ModelCheck check_model(const ModelInUse& use, const Resolution& resolution, const StatusRequest& request);

// The same of every model in use: what `models status --check` ends with, and nothing else of
// the report is made for it.
std::vector<ModelCheck> check_models(const StatusRequest& request);
int exit_of(const std::vector<ModelCheck>& checks);          // 1 before 2 before 0
std::string line_of(const std::vector<ModelCheck>& checks);  // why, in one line

}  // namespace openclaw::auth
