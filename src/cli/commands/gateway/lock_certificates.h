#pragma once

#include "cli/parser/command.h"

namespace openclaw::cli {

// `gateway lock mtls`: certificates beside the token, or with --only by themselves.
Exit lock_by_certificates(Context& context, const Arguments& arguments,
                          std::shared_ptr<const config::Config> config);

}  // namespace openclaw::cli
